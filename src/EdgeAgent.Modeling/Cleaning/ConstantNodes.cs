using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>Turns nodes that only state a constant into constants of the graph.</summary>
internal static class ConstantNodes
{
    public static void ToInitializers(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(n => n.OpType == "Constant").ToArray())
        {
            if (Value(node) is not { } tensor)
                continue;
            tensor.Name = node.Output[0];
            graph.Initializer.Add(tensor);
            graph.Node.Remove(node);
        }
    }

    private static TensorProto? Value(NodeProto node) => node.Attribute.FirstOrDefault() switch
    {
        { Name: "value", T: { } tensor } => tensor.Clone(),
        { Name: "value_float" } a => Tensors.Of("", [a.F]),
        { Name: "value_floats" } a => Tensors.Of("", a.Floats.ToArray(), a.Floats.Count),
        { Name: "value_int" } a => Tensors.Of("", [a.I]),
        { Name: "value_ints" } a => Tensors.Of("", a.Ints.ToArray(), a.Ints.Count),
        _ => null,
    };
}
