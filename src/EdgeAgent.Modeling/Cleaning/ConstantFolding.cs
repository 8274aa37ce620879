using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>
/// Computes beforehand what does not depend on the input: nodes whose inputs are all constant, and the shape of a
/// value whose axes are all known, with the chains that exporters hang on it.
/// </summary>
internal static class ConstantFolding
{
    // A constant that was blown up is not worth a node saved.
    private const long SizeLimit = 1 << 20;
    // These give another result each time.
    private static readonly string[] Random =
        ["RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli"];

    public static void Fold(ModelProto model)
    {
        var graph = model.Graph;
        if (graph.Node.Any(n => n.OpType == "Shape"))
            FoldShapes(graph, GraphTypes.Infer(model));
        var constants = graph.Initializer.ToDictionary(t => t.Name);
        foreach (var node in graph.Node.ToArray())
        {
            var inputs = node.Input.Where(i => i.Length > 0).ToArray();
            if (Random.Contains(node.OpType) || node.Output.Any(o => o.Length == 0) || !inputs.All(constants.ContainsKey))
                continue;
            if (NodeEvaluation.Run(model, node, inputs.Distinct().Select(i => constants[i])) is not { } results
                || results.Any(r => Tensors.Count(r) > SizeLimit))
                continue;
            foreach (var result in results.Where(r => graph.Output.All(o => o.Name != r.Name)))
                graph.Initializer.Add(constants[result.Name] = result);
            if (results.All(r => constants.ContainsKey(r.Name)))
                graph.Node.Remove(node);
        }
    }

    private static void FoldShapes(GraphProto graph, GraphTypes types)
    {
        foreach (var node in graph.Node.Where(n => n.OpType == "Shape" && n.Attribute.Count == 0).ToArray())
        {
            if (types.Shape(node.Input[0]) is not { } shape || shape.Contains(-1) || graph.Output.Any(o => o.Name == node.Output[0]))
                continue;
            graph.Initializer.Add(Tensors.Of(node.Output[0], [.. shape.Select(d => (long)d)], shape.Length));
            graph.Node.Remove(node);
        }
    }
}
