namespace EdgeAgent.Modeling.Onnx;

/// <summary>Who makes and who reads each value of a graph. A picture of one moment: made anew after a change.</summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly ILookup<string, NodeProto> _consumers;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly HashSet<string> _outputs;

    public GraphIndex(GraphProto graph)
    {
        foreach (var node in graph.Node)
            foreach (var output in node.Output.Where(o => o.Length > 0))
                _producers[output] = node;
        // A node that reads a value twice stands there twice, as it does among the edges that a runtime counts.
        _consumers = graph.Node.SelectMany(n => n.Input.Select(i => (Value: i, Node: n))).ToLookup(p => p.Value, p => p.Node);
        _constants = graph.Initializer.ToDictionary(t => t.Name);
        _outputs = [.. graph.Output.Select(o => o.Name)];
    }

    /// <summary>The node that yields a value; null for the graph's inputs and constants.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The nodes that read a value.</summary>
    public IReadOnlyList<NodeProto> Consumers(string value) => [.. _consumers[value]];

    /// <summary>A constant by name, or null.</summary>
    public TensorProto? Constant(string value) => _constants.GetValueOrDefault(value);

    /// <summary>Whether the graph gives a value to its caller.</summary>
    public bool IsOutput(string value) => _outputs.Contains(value);

    /// <summary>Whether a value exists that only <paramref name="reader"/> reads, and the graph does not give away.</summary>
    public bool IsReadOnlyBy(string value, NodeProto reader) =>
        !IsOutput(value) && _consumers[value].Count() == 1 && _consumers[value].First() == reader;
}
