using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>What calibration saw of each value that is to be quantized.</summary>
internal sealed class RangeSurvey
{
    private readonly Dictionary<string, ValueHistogram> _histograms;

    private RangeSurvey(Dictionary<string, ValueHistogram> histograms) => _histograms = histograms;

    /// <param name="model">A cleaned float model.</param>
    /// <param name="values">Which of its values are of interest, in the order they arise.</param>
    /// <param name="windows">What it will see.</param>
    /// <exception cref="ModelingException">A value is not finite.</exception>
    public static RangeSurvey Take(ModelProto model, IReadOnlyCollection<string> values, WindowSet windows)
    {
        using var probe = new GraphProbe(model, values);
        var ends = values.ToDictionary(v => v, _ => (Low: 0f, High: 0f));
        probe.Run(windows, (value, numbers) =>
        {
            if (ends.TryGetValue(value, out var end))
                ends[value] = Widen(end, numbers);
        });
        if (values.FirstOrDefault(v => float.IsNaN(ends[v].Low)) is { } bad)
            throw new ModelingException(
                $"value \"{bad}\" becomes infinite or no number over the calibration data; "
                + "the model cannot be quantized: look at the layer that yields it");
        var histograms = ends.ToDictionary(e => e.Key, e => new ValueHistogram(e.Value.Low, e.Value.High));
        probe.Run(windows, (value, numbers) => histograms.GetValueOrDefault(value)?.Add(numbers));
        return new RangeSurvey(histograms);
    }

    /// <summary>The 8-bit scale of a value.</summary>
    public AffineScale Scale(string value, RangeMethod method)
    {
        var (low, high) = _histograms[value].Range(method);
        return AffineScale.Cover(low, high);
    }

    /// <summary>The range with more numbers in it; NaN once one was not finite.</summary>
    private static (float, float) Widen((float Low, float High) end, ReadOnlySpan<float> numbers)
    {
        foreach (var number in numbers)
            end = float.IsFinite(number) ? (Math.Min(end.Low, number), Math.Max(end.High, number)) : (float.NaN, float.NaN);
        return end;
    }
}
