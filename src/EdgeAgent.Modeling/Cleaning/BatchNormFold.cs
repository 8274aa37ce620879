using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>
/// Merges a BatchNormalization into the Conv, ConvTranspose or Gemm in front of it: both only scale and shift each output.
/// </summary>
internal static class BatchNormFold
{
    private const float DefaultEpsilon = 1e-5f;

    public static void Fold(GraphProto graph)
    {
        foreach (var norm in graph.Node.Where(n => n.OpType == "BatchNormalization").ToArray())
        {
            var index = new GraphIndex(graph);
            if (index.Producer(norm.Input[0]) is { } layer && index.IsReadOnlyBy(norm.Input[0], norm)
                && norm.Input.Skip(1).All(i => index.Constant(i) is not null) && OutputAxis(layer) is { } axis
                && index.Constant(layer.Input[1]) is { } weights
                && Bias(layer, index, (int)Tensors.Count(index.Constant(norm.Input[1])!)) is { } bias)
                Merge(graph, layer, norm, weights, bias, axis, index);
        }
    }

    /// <summary>Axis of the weights that counts outputs, or null where the layer is not one of these.</summary>
    private static int? OutputAxis(NodeProto layer) => layer.OpType switch
    {
        "Conv" => 0,
        "ConvTranspose" when layer.Integer("group", 1) == 1 => 1,
        "Gemm" when layer.Float("beta", 1) == 1 && layer.Float("alpha", 1) == 1 => layer.Integer("transB", 0) == 0 ? 1 : 0,
        _ => null,
    };

    private static float[]? Bias(NodeProto layer, GraphIndex index, int outputs) =>
        layer.Input.Count < 3 || layer.Input[2].Length == 0 ? new float[outputs]
        : index.Constant(layer.Input[2]) is { } bias && Tensors.Count(bias) == outputs ? Tensors.Floats(bias)
        : null;

    private static void Merge(
        GraphProto graph, NodeProto layer, NodeProto norm, TensorProto weights, float[] bias, int axis, GraphIndex index)
    {
        var (scale, shift, mean, variance) = (Numbers(1), Numbers(2), Numbers(3), Numbers(4));
        var epsilon = norm.Float("epsilon", DefaultEpsilon);
        var factors = scale.Select((s, o) => s / MathF.Sqrt(variance[o] + epsilon)).ToArray();
        var values = Tensors.Floats(weights);
        var (inner, outputs) = Axis.Of(weights, axis);
        for (var i = 0; i < values.Length; i++)
            values[i] *= factors[i / inner % outputs];
        // New names: another layer may share the old constants.
        graph.Initializer.Add(Tensors.Of($"{layer.Name}_folded_weights", values, [.. weights.Dims]));
        float[] folded = [.. bias.Select((b, o) => (b - mean[o]) * factors[o] + shift[o])];
        graph.Initializer.Add(Tensors.Of($"{layer.Name}_folded_bias", folded, outputs));
        while (layer.Input.Count < 3)
            layer.Input.Add("");
        (layer.Input[1], layer.Input[2]) = ($"{layer.Name}_folded_weights", $"{layer.Name}_folded_bias");
        layer.Output[0] = norm.Output[0];
        graph.Node.Remove(norm);

        float[] Numbers(int input) => Tensors.Floats(index.Constant(norm.Input[input])!);
    }
}
