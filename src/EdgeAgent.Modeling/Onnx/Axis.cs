namespace EdgeAgent.Modeling.Onnx;

/// <summary>Where an axis lies in the row of a tensor's numbers.</summary>
internal static class Axis
{
    /// <returns>Numbers from one index of the axis to the next, and indices that it has: index = i / Inner % Size.</returns>
    public static (int Inner, int Size) Of(TensorProto tensor, int axis) =>
        ((int)tensor.Dims.Skip(axis + 1).Aggregate(1L, (a, b) => a * b), (int)tensor.Dims[axis]);
}
