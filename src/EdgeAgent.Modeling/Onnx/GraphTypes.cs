using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Element type and shape of every value in a graph, as ONNX Runtime infers them.</summary>
internal sealed class GraphTypes
{
    private readonly Dictionary<string, NodeMetadata> _values = [];

    private GraphTypes() { }

    /// <exception cref="ModelingException">The runtime refuses the graph.</exception>
    public static GraphTypes Infer(ModelProto model)
    {
        var probe = model.Clone();
        var known = probe.Graph.Output.Select(o => o.Name).ToHashSet();
        // An output without a type is given the inferred one.
        foreach (var value in probe.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0 && known.Add(o)).ToArray())
            probe.Graph.Output.Add(new ValueInfoProto { Name = value });
        using var session = RuntimeSession.Open(probe, optimize: false);
        var types = new GraphTypes();
        foreach (var (name, value) in session.InputMetadata.Concat(session.OutputMetadata))
            types._values[name] = value;
        return types;
    }

    public bool IsFloat(string value) =>
        _values.TryGetValue(value, out var v) && v.IsTensor && v.ElementDataType == TensorElementType.Float;

    /// <summary>The shape with -1 where it is open; null where nothing is known.</summary>
    public int[]? Shape(string value) => _values.TryGetValue(value, out var v) && v.IsTensor ? v.Dimensions : null;
}
