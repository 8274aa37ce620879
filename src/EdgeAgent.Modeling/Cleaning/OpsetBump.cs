using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>
/// Lifts a model of opset 11 or 12 to 13, the first in which weights can be dequantized with one step per output.
/// What changed in between: axes and split became inputs, and Softmax no longer flattens what is behind its axis.
/// </summary>
internal static class OpsetBump
{
    private const long Target = 13;
    private static readonly string[] AxesBecameInput = ["Squeeze", "Unsqueeze", "ReduceSum"];
    private static readonly string[] Flattening = ["Softmax", "LogSoftmax", "Hardmax"];

    /// <exception cref="ModelingException">A node has no equal in opset 13.</exception>
    public static void ToPerChannel(ModelProto model, string file)
    {
        if (ModelCheck.Opset(model) >= Target)
            return;
        var types = model.Graph.Node.Any(n => Flattening.Contains(n.OpType)) ? GraphTypes.Infer(model) : null;
        foreach (var node in model.Graph.Node)
        {
            if (AxesBecameInput.Contains(node.OpType))
                MoveToInput(model.Graph, node, "axes");
            else if (node.OpType == "Split")
                MoveToInput(model.Graph, node, "split");
            else if (Flattening.Contains(node.OpType))
                KeepLastAxis(node, types!, file);
        }
        model.OpsetImport.First(o => o.Domain is "" or "ai.onnx").Version = Target;
    }

    private static void MoveToInput(GraphProto graph, NodeProto node, string attribute)
    {
        if (node.Integers(attribute) is not { } numbers)
            return;
        node.Without(attribute);
        node.Input.Add($"{node.Name}_{attribute}");
        graph.Initializer.Add(Tensors.Of($"{node.Name}_{attribute}", numbers, numbers.Length));
    }

    private static void KeepLastAxis(NodeProto node, GraphTypes types, string file)
    {
        var axis = node.Integer("axis", 1);
        if (types.Shape(node.Input[0]) is not { } shape || axis != -1 && axis != shape.Length - 1)
            throw new ModelingException(
                $"{file}: node \"{node.Name}\" is a {node.OpType} over axis {axis}, which means something else from opset {Target} on; "
                + "export the model with opset_version=17");
        node.Without("axis");
        node.With("axis", -1);
    }
}
