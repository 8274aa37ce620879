using System.Numerics;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Features;

/// <summary>
/// The statistics of vibration: what the last readings of a channel are as a signal. One channel after the other is laid
/// out once for all statistics over the same readings. Holds scratch memory: one owner at a time.
/// </summary>
internal sealed class SignalStatistics
{
    private readonly int _channels;
    private readonly Group[] _groups;
    private readonly double[] _signal;

    /// <param name="Stat">What of the signal.</param>
    /// <param name="Position">Its place among all features.</param>
    /// <param name="From">First bin of a band.</param>
    /// <param name="To">Bin behind its last.</param>
    private readonly record struct Step(string Stat, int Position, int From, int To, Squash Squash);

    private sealed record Group(int Over, Step[] Steps, WindowedSpectrum? Spectrum);

    /// <param name="features">All features of the model; those that are none of these are left out.</param>
    /// <param name="channels">Channels of a reading.</param>
    public SignalStatistics(IReadOnlyList<ManifestFeature> features, int channels)
    {
        _channels = channels;
        _groups = [.. features.Select((f, position) => (f, position)).Where(p => Handles(p.f.Stat)).GroupBy(p => p.f.Over)
            .OrderBy(g => g.Key).Select(g => new Group(
                g.Key, [.. g.Select(p => ToStep(p.f, p.position))], g.Any(p => IsBand(p.f.Stat)) ? new WindowedSpectrum(g.Key) : null))];
        _signal = new double[_groups.Length == 0 ? 0 : _groups.Max(g => g.Over)];
    }

    public static bool Handles(string stat) => stat is "rms" or "kurtosis" or "crest" or "peak" || IsBand(stat);

    public static bool IsBand(string stat) => stat is "band" or "band-share";

    /// <summary>Writes each statistic to its place, feature-major.</summary>
    public void Extract(ReadOnlySpan<float> window, Span<float> destination)
    {
        foreach (var group in _groups)
            for (var channel = 0; channel < _channels; channel++)
            {
                var signal = _signal.AsSpan(0, group.Over);
                for (int i = 0, at = window.Length - group.Over * _channels + channel; i < signal.Length; i++, at += _channels)
                    signal[i] = window[at];
                var shape = SignalShape.Of(signal);
                group.Spectrum?.Take(signal, shape.Mean);
                foreach (var step in group.Steps)
                    destination[step.Position * _channels + channel] = step.Squash.Apply(Value(step, shape, group.Spectrum));
            }
    }

    private static double Value(in Step step, in SignalShape shape, WindowedSpectrum? spectrum) => step.Stat switch
    {
        "rms" => shape.Rms,
        "kurtosis" => shape.Kurtosis,
        "crest" => shape.Crest,
        "peak" => shape.PeakToPeak,
        "band" => spectrum!.Energy(step.From, step.To),
        _ => spectrum!.Share(step.From, step.To),
    };

    private static Step ToStep(ManifestFeature feature, int position)
    {
        if (!IsBand(feature.Stat))
            return new Step(feature.Stat, position, 0, 0, SquashForms.Parse(feature.Squash));
        var (from, to) = Bins(feature);
        return new Step(feature.Stat, position, from, to, SquashForms.Parse(feature.Squash));
    }

    /// <summary>Bins [from, to) of a band; the highest frequency belongs to the band that ends there. The mean is in none.</summary>
    private static (int From, int To) Bins(ManifestFeature feature)
    {
        var from = Math.Max(1, (int)Math.Round(feature.From!.Value * (double)feature.Over));
        var to = (int)Math.Round(feature.To!.Value * (double)feature.Over);
        return (from, to == feature.Over / 2 ? to + 1 : to);
    }

    /// <summary>Says what is wrong with one of these features, or null.</summary>
    public static string? Problem(ManifestFeature feature)
    {
        if (!IsBand(feature.Stat))
            return feature.From is null && feature.To is null
                ? null
                : $"from and to are for \"band\" and \"band-share\", not for \"{feature.Stat}\"";
        if (feature.Over < 4 || !BitOperations.IsPow2(feature.Over))
            return $"over is {feature.Over}; a band needs a power of two of readings, 4 or more";
        if (feature.From is not (>= 0 and < 0.5f) || feature.To is not (> 0 and <= 0.5f) || feature.From >= feature.To)
            return $"from is {feature.From}, to is {feature.To}; expected shares of the sample rate with 0 <= from < to <= 0.5";
        var (first, end) = Bins(feature);
        return end > first
            ? null
            : $"from {feature.From} to {feature.To} holds no frequency that {feature.Over} readings can tell; widen the band";
    }
}
