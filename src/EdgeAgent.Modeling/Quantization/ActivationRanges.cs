using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>How far the float values in a graph reach, measured by running it on calibration rows.</summary>
/// <remarks>
/// One value in two thousand is left outside at each end: a rare extreme would cost all others resolution, and what
/// lies beyond saturates, which for a window far from normal changes no verdict.
/// </remarks>
internal sealed class ActivationRanges
{
    private const double Outside = 0.0005;

    private readonly Dictionary<string, (float Low, float High)> _ranges;

    private ActivationRanges(Dictionary<string, (float, float)> ranges) => _ranges = ranges;

    /// <summary>The range of a value, always with 0 in it.</summary>
    public (float Low, float High) this[string value] => _ranges[value];

    /// <param name="model">A float graph with one input.</param>
    /// <param name="rows">[rows, inputs] of what it will see.</param>
    public static ActivationRanges Measure(ModelProto model, float[] rows)
    {
        var probe = model.Clone();
        var known = probe.Graph.Output.Select(o => o.Name).ToHashSet();
        foreach (var value in probe.Graph.Node.Where(StaticQuantizer.IsQuantizable).Select(n => n.Input[0]).Distinct().Where(known.Add))
            probe.Graph.Output.Add(new ValueInfoProto { Name = value, Type = FloatTensor() });
        using var session = new GraphSession(probe);
        return new ActivationRanges(session.Run(rows).ToDictionary(o => o.Key, o => Range(o.Value)));
    }

    private static (float, float) Range(float[] values)
    {
        Array.Sort(values);
        var skip = (int)(values.Length * Outside);
        return (Math.Min(0, values[skip]), Math.Max(0, values[^(skip + 1)]));
    }

    private static TypeProto FloatTensor() => new() { TensorType = new TypeProto.Types.TensorTypeProto { ElemType = Tensors.Float32 } };
}
