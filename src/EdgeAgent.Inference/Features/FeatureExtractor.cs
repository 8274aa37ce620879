using System.Globalization;
using System.Numerics;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Features;

/// <summary>
/// Turns a window of calibrated readings into the statistics that a manifest asks for, without allocating.
/// An instance holds scratch memory: one owner at a time.
/// </summary>
/// <remarks>
/// One walk from the newest reading back serves all statistics, since every one covers the last <c>n</c> readings.
/// Sums are taken of the differences from the newest reading, so that a large offset costs no precision. Each
/// channel is one vector lane and no operation is fused: the result is the same on every processor.
/// </remarks>
public sealed class FeatureExtractor
{
    private readonly int _channels;
    private readonly Step[] _steps;
    private readonly float[] _sum;
    private readonly float[] _squares;
    private readonly float[] _changes;
    private readonly SignalStatistics _signal;

    private readonly record struct Step(int Over, int Position, string Stat, Squash Squash);

    /// <param name="features">The statistics, in the order of the model's input.</param>
    /// <param name="channels">Channels of a reading.</param>
    /// <param name="windowLength">Readings in a window.</param>
    /// <exception cref="ArgumentException">A statistic is unknown, reaches beyond the window, or its band is none.</exception>
    public FeatureExtractor(IReadOnlyList<ManifestFeature> features, int channels, int windowLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        _channels = channels;
        _sum = new float[channels];
        _squares = new float[channels];
        _changes = new float[channels];
        Check(features, windowLength);
        _signal = new SignalStatistics(features, channels);
        _steps = [.. features.Select((f, position) => (f, position)).Where(p => !SignalStatistics.Handles(p.f.Stat))
            .Select(p => new Step(p.f.Over, p.position, p.f.Stat, SquashForms.Parse(p.f.Squash))).OrderBy(s => s.Over)];
        Count = features.Count * channels;
    }

    /// <summary>Values that <see cref="Extract"/> writes: statistics times channels.</summary>
    public int Count { get; }

    /// <summary>Names the features in their order, for example <c>Pressure.mean30</c> or <c>x.band1024[0.1-0.2]</c>.</summary>
    public static string[] Names(IReadOnlyList<ManifestFeature> features, IReadOnlyList<string> channels) =>
        [.. features.SelectMany(f => channels.Select(c => $"{c}.{f.Stat}{f.Over}{Band(f)}"))];

    private static string Band(ManifestFeature feature) =>
        SignalStatistics.IsBand(feature.Stat) ? string.Create(CultureInfo.InvariantCulture, $"[{feature.From}-{feature.To}]") : "";

    /// <summary>
    /// Writes the statistics of <paramref name="window"/>, feature-major: all channels of the first, then of the next.
    /// </summary>
    /// <param name="window">Readings row by row, oldest first; row length is the number of channels.</param>
    /// <param name="destination">At least <see cref="Count"/> values.</param>
    public void Extract(ReadOnlySpan<float> window, Span<float> destination)
    {
        Array.Clear(_sum);
        Array.Clear(_squares);
        Array.Clear(_changes);
        var newest = window[^_channels..];
        var before = newest;
        var taken = 0;
        foreach (var step in _steps)
        {
            for (; taken < step.Over; taken++)
            {
                var row = window.Slice(window.Length - (taken + 1) * _channels, _channels);
                Add(row, newest, before);
                before = row;
            }
            Write(step, newest, destination.Slice(step.Position * _channels, _channels));
        }
        _signal.Extract(window, destination);
    }

    /// <param name="row">A reading.</param>
    /// <param name="newest">The newest one.</param>
    /// <param name="next">The one that came behind it.</param>
    private void Add(ReadOnlySpan<float> row, ReadOnlySpan<float> newest, ReadOnlySpan<float> next)
    {
        var c = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; c <= _channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                var difference = new Vector<float>(row[c..]) - new Vector<float>(newest[c..]);
                (new Vector<float>(_sum, c) + difference).CopyTo(_sum, c);
                (new Vector<float>(_squares, c) + difference * difference).CopyTo(_squares, c);
                var change = Vector.Abs(new Vector<float>(next[c..]) - new Vector<float>(row[c..]));
                (new Vector<float>(_changes, c) + change).CopyTo(_changes, c);
            }
        }
        for (; c < _channels; c++)
        {
            var difference = row[c] - newest[c];
            _sum[c] += difference;
            _squares[c] += difference * difference;
            _changes[c] += MathF.Abs(next[c] - row[c]);
        }
    }

    private void Write(in Step step, ReadOnlySpan<float> newest, Span<float> destination)
    {
        float n = step.Over;
        for (var c = 0; c < _channels; c++)
        {
            var mean = _sum[c] / n;
            destination[c] = step.Squash.Apply(step.Stat switch
            {
                "std" => MathF.Sqrt(MathF.Max(0, _squares[c] / n - mean * mean)),
                "change" => _changes[c] / (n - 1),
                _ => newest[c] + mean,
            });
        }
    }

    private static void Check(IReadOnlyList<ManifestFeature> features, int windowLength)
    {
        for (var i = 0; i < features.Count; i++)
            if (Problem(features[i], windowLength) is { } problem)
                throw new ArgumentException($"input.features[{i}]{problem}");
    }

    private static string? Problem(ManifestFeature feature, int windowLength)
    {
        if (feature.Stat is not ("mean" or "std" or "change") && !SignalStatistics.Handles(feature.Stat))
            return $".stat is \"{feature.Stat}\"; "
                + $"expected \"mean\", \"std\", \"change\", \"rms\", \"kurtosis\", \"crest\", \"peak\", \"band\" or \"band-share\"";
        if (!SquashForms.Knows(feature.Squash))
            return $".squash is \"{feature.Squash}\"; expected \"none\", \"signed-log\", \"log\" or \"ln\"";
        if (feature is { Squash: "log" or "ln", Stat: "mean" })
            return $": \"{feature.Squash}\" is for what is never negative, a mean may be negative; use \"signed-log\"";
        if (feature.Over < 1 || feature.Over > windowLength)
            return $".over is {feature.Over}; expected 1 to window.length ({windowLength})";
        if (feature is { Stat: "change", Over: 1 }) return ".over is 1; \"change\" is from one reading to the next, so it needs 2 or more";
        return SignalStatistics.Problem(feature) is { } problem ? $": {problem}" : null;
    }
}
