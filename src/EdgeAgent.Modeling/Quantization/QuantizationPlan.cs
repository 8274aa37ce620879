using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>Which nodes of a cleaned graph will run in integers, and which values are quantized for that.</summary>
internal sealed class QuantizationPlan
{
    private readonly GraphProto _graph;
    private readonly HashSet<NodeProto> _light;
    private readonly HashSet<string> _values = [];

    private QuantizationPlan(GraphProto graph, GraphIndex index, IEnumerable<NodeProto> heavy, HashSet<NodeProto> light)
    {
        (_graph, Index, Heavy, _light) = (graph, index, [.. heavy], light);
        foreach (var node in graph.Node.Where(IsInteger))
        {
            _values.UnionWith(Operators.Activations(node, index));
            // Gemm and MatMul can give their sums as floats, which is more exact and as fast.
            if (node.OpType is not ("Gemm" or "MatMul"))
                _values.Add(OutputValue(node));
        }
    }

    /// <summary>Nodes with weights, in the order they run.</summary>
    public IReadOnlyList<NodeProto> Heavy { get; }
    public GraphIndex Index { get; }

    /// <summary>Values that are quantized, in the order they arise.</summary>
    public IEnumerable<string> Values =>
        _graph.Input.Select(i => i.Name).Concat(_graph.Node.SelectMany(n => n.Output)).Where(_values.Contains);

    /// <param name="model">A cleaned model.</param>
    /// <param name="keep">Names of nodes, their outputs or operators that stay float.</param>
    public static QuantizationPlan Make(ModelProto model, IReadOnlyCollection<string> keep)
    {
        var (graph, types) = (model.Graph, GraphTypes.Infer(model));
        var index = new GraphIndex(graph);
        var free = graph.Node.Where(n => !IsKept(n, keep)).ToArray();
        var heavy = free.Where(n => Operators.IsHeavy(n, index, types)).ToHashSet();
        var light = free.Where(n => !heavy.Contains(n) && Operators.IsLight(n, index, types)).ToHashSet();
        // A cheap node gains nothing alone: it must take integers from one integer node and hand them to another.
        while (light.RemoveWhere(n => !Operators.Activations(n, index).All(Arrives) || !Reads(Behind(n, index))) > 0) { }
        return new QuantizationPlan(graph, index, heavy, light);

        bool IsInteger(NodeProto? node) => node is not null && (heavy.Contains(node) || light.Contains(node));
        bool Reads(string value) => index.Consumers(value).Any(IsInteger);
        bool Arrives(string value) =>
            index.Consumers(value).Any(heavy.Contains)
            || IsInteger(Origin(value, index)) && Origin(value, index)!.OpType is not ("Gemm" or "MatMul");
    }

    /// <summary>Whether a user asked for a node to stay float.</summary>
    public static bool IsKept(NodeProto node, IReadOnlyCollection<string> keep) =>
        keep.Contains(node.Name) || keep.Contains(node.OpType) || node.Output.Any(keep.Contains);

    public bool IsInteger(NodeProto node) => _light.Contains(node) || Heavy.Contains(node);

    public bool IsQuantized(string value) => _values.Contains(value);

    /// <summary>Whether an integer node yields the value, so that every reader must take it quantized.</summary>
    public bool ComesFromIntegers(string value) => Origin(value, Index) is { } node && IsInteger(node);

    /// <summary>The value behind a node and the Relu that merges into it.</summary>
    public string OutputValue(NodeProto node) => Behind(node, Index);

    /// <summary>The value whose scale another shares, since only movers lie between; itself where none does.</summary>
    public string ScaleOf(string value) =>
        Index.Producer(value) is { } node && IsInteger(node) && Operators.Moves(node) ? ScaleOf(node.Input[0]) : value;

    private static string Behind(NodeProto node, GraphIndex index) =>
        !Operators.Moves(node) && index.Consumers(node.Output[0]) is [{ OpType: "Relu" } relu] && !index.IsOutput(node.Output[0])
            ? relu.Output[0]
            : node.Output[0];

    /// <summary>The node that yields a value, seen through a Relu that merges into it.</summary>
    private static NodeProto? Origin(string value, GraphIndex index) =>
        index.Producer(value) is { OpType: "Relu" } relu && index.Producer(relu.Input[0]) is { } before && Behind(before, index) == value
            ? before
            : index.Producer(value);
}
