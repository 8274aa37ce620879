using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>Refuses what cannot be quantized here, before anything else looks at it: says what, where and what to do.</summary>
internal static class ModelCheck
{
    public const long FirstOpset = 11, LastOpset = 21;
    private const int ExternalData = 1;

    private static readonly string[] ControlFlow = ["If", "Loop", "Scan", "SequenceMap"];
    private static readonly string[] Integers =
        ["QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul", "MatMulInteger", "ConvInteger", "QGemm"];

    /// <param name="model">As read.</param>
    /// <param name="file">How messages name it.</param>
    /// <exception cref="ModelingException">It is refused.</exception>
    public static void Require(ModelProto model, string file)
    {
        if (FirstProblem(model) is { } problem)
            throw new ModelingException($"{file}: {problem}");
    }

    /// <summary>The version of the standard operators that a model was written for; 0 where it does not say.</summary>
    public static long Opset(ModelProto model) => model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;

    private static bool HasGraph(NodeProto node) => node.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0);

    private static string? FirstProblem(ModelProto model)
    {
        var graph = model.Graph;
        if (Opset(model) is < FirstOpset or > LastOpset)
            return $"its opset is {Opset(model)}; expected {FirstOpset} to {LastOpset}: "
                + "export it again, in PyTorch with torch.onnx.export(..., opset_version=17)";
        if (graph.Node.FirstOrDefault(n => ControlFlow.Contains(n.OpType) || HasGraph(n)) is { } branch)
            return $"node \"{branch.Label()}\" is {branch.OpType}, which holds a graph of its own; "
                + "control flow cannot be quantized: export the model by tracing, with fixed paths";
        if (model.Functions.Count > 0)
            return $"it defines the function \"{model.Functions[0].Name}\"; expected plain nodes: inline functions when exporting";
        if (graph.SparseInitializer.Count > 0)
            return "it holds sparse constants; expected dense ones";
        if (Constants(graph).FirstOrDefault(t => t.DataLocation == ExternalData) is { } external)
            return $"the numbers of \"{external.Name}\" lie in another file; "
                + "expected all in one: save it with onnx.save_model(model, path, save_as_external_data=False)";
        if (graph.Node.FirstOrDefault(n => Integers.Contains(n.OpType)) is { } integer)
            return $"node \"{integer.Label()}\" is {integer.OpType}: the model is already quantized; "
                + "expected the FP32 model it was made from";
        if (graph.Initializer.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            return $"it holds {repeated.Count()} constants named \"{repeated.Key}\"; expected names that stand once: the file is damaged";
        return Inputs(graph);
    }

    private static string? Inputs(GraphProto graph)
    {
        var constants = graph.Initializer.Select(t => t.Name).ToHashSet();
        var inputs = graph.Input.Where(i => !constants.Contains(i.Name)).ToArray();
        if (inputs.Length != 1)
            return $"it has {inputs.Length} inputs ({string.Join(", ", inputs.Select(i => $"\"{i.Name}\""))}); "
                + "expected one, a batch of windows";
        if (inputs[0].Type?.TensorType is not { ElemType: Tensors.Float32 } type)
            return $"its input \"{inputs[0].Name}\" has element type {inputs[0].Type?.TensorType?.ElemType ?? 0}; "
                + "expected 1 (float32): export the model in FP32";
        return type.Shape is not { Dim.Count: >= 2 }
            ? $"its input \"{inputs[0].Name}\" has {type.Shape?.Dim.Count ?? 0} axes; "
                + "expected [batch, length, channels] or [batch, features]"
            : null;
    }

    private static IEnumerable<TensorProto> Constants(GraphProto graph) =>
        graph.Initializer.Concat(graph.Node.SelectMany(n => n.Attribute).Where(a => a.T is not null).Select(a => a.T));
}
