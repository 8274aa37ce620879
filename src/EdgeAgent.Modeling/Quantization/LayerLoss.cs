using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>What 8 bits cost at one layer, in decibels of signal over error against the float model.</summary>
/// <param name="Node">The layer.</param>
/// <param name="Operator">Its kind.</param>
/// <param name="Value">What it yields.</param>
/// <param name="InputDecibel">What arrives at it, with all errors made before.</param>
/// <param name="OutputDecibel">What leaves it, with its own.</param>
/// <param name="GainIfKept">By how much the model's output gains when this layer alone stays float; null where not tried.</param>
internal sealed record LayerLoss(string Node, string Operator, string Value, double InputDecibel, double OutputDecibel, double? GainIfKept);

/// <summary>Measures <see cref="LayerLoss"/> by running both models on the same windows.</summary>
internal sealed class LossMeter
{
    // Enough for a figure in decibels; every layer's values are held in memory at once.
    private const int WindowLimit = 256;
    // Each trial writes and runs the model once.
    private const int TrialLimit = 24;

    private readonly ModelQuantizer _quantizer;
    private readonly WindowSet _windows;
    private readonly Dictionary<string, float[]> _expected;
    private readonly string _output;

    /// <param name="quantizer">Made both models.</param>
    /// <param name="windows">What they see; a part of it is taken.</param>
    /// <param name="output">The output that counts.</param>
    public LossMeter(ModelQuantizer quantizer, WindowSet windows, string output)
    {
        (_quantizer, _windows, _output) = (quantizer, windows.Thin(WindowLimit), output);
        var values = quantizer.Plan.Values.Concat(quantizer.Plan.Heavy.Select(quantizer.Plan.OutputValue));
        _expected = Values(quantizer.Float, values.Distinct());
    }

    /// <summary>Decibels of a quantized model's output.</summary>
    public double Output(ModelProto quantized) => Decibel(_expected[_output], Values(quantized, [])[_output]);

    /// <summary>Every layer, in the order they run.</summary>
    public IReadOnlyList<LayerLoss> Measure(ModelProto quantized)
    {
        var plan = _quantizer.Plan;
        var names = quantized.Graph.Node.SelectMany(n => n.Output).ToHashSet();
        var values = Values(quantized, _expected.Keys.Select(Name).Where(names.Contains));
        var whole = Decibel(_expected[_output], values[_output]);
        var losses = plan.Heavy.Select(node => new LayerLoss(node.Name, node.OpType, plan.OutputValue(node),
            At(node.Input[0]), At(plan.OutputValue(node)), null)).ToList();
        var doubtful = losses.OrderByDescending(l => l.InputDecibel - l.OutputDecibel).Take(TrialLimit).ToHashSet();
        return [.. losses.Select(l => doubtful.Contains(l) ? l with { GainIfKept = Output(_quantizer.Write(l.Node)) - whole } : l)];

        // A value that is quantized counts as it is read; one that is not, as it arises.
        string Name(string value) =>
            plan.IsQuantized(value) && names.Contains(QdqWriter.Dequantized(value)) ? QdqWriter.Dequantized(value) : value;
        double At(string value) => Decibel(_expected[value], values[Name(value)]);
    }

    /// <summary>10 · log10(sum of squares / sum of squared differences); infinite where nothing differs.</summary>
    public static double Decibel(float[] expected, float[] actual)
    {
        double signal = 0, error = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            signal += (double)expected[i] * expected[i];
            error += Math.Pow((double)expected[i] - actual[i], 2);
        }
        return error == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / error);
    }

    private Dictionary<string, float[]> Values(ModelProto model, IEnumerable<string> values)
    {
        using var probe = new GraphProbe(model, values);
        var found = new Dictionary<string, List<float>>();
        probe.Run(_windows, (value, numbers) =>
        {
            if (!found.TryGetValue(value, out var list))
                found[value] = list = [];
            list.AddRange(numbers);
        });
        return found.ToDictionary(f => f.Key, f => f.Value.ToArray());
    }
}
