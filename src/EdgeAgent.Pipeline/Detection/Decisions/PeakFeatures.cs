using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// What the model saw at the worst moment of an event, told in words where it was calibrated features: each with what was
/// measured and what was expected.
/// </summary>
internal sealed class PeakFeatures(BundleManifest manifest)
{
    /// <summary>Whether the peak is one of measured features.</summary>
    public bool AreMeasured => manifest.CalibratesFeatures;

    /// <summary>A channel as its most unusual feature at the peak tells of it.</summary>
    public ChannelCause Cause(PeakRecord peak, int channel, string name, float share)
    {
        var channels = manifest.Channels.Count;
        var worst = channel;
        for (var i = channel; i < peak.Input.Length; i += channels)
            if (Math.Abs(peak.Input[i]) > Math.Abs(peak.Input[worst]))
                worst = i;
        var (value, expected) = Measured(peak, worst);
        var feature = FeatureExtractor.Names([manifest.Input.Features![worst / channels]], [""])[0].TrimStart('.');
        return new ChannelCause(name, null, value, expected, share, feature);
    }

    /// <summary>All features at the peak.</summary>
    public (float Value, float Expected)[] Measured(PeakRecord peak) =>
        [.. Enumerable.Range(0, peak.Measured.Length).Select(i => Measured(peak, i))];

    private (float, float) Measured(PeakRecord peak, int i)
    {
        if (manifest.Calibration.Scale is not null) return (peak.Measured[i], peak.Expected[i]);
        var feature = manifest.Input.Features![i / manifest.Channels.Count];
        return (CalibratedFeatures.Plain(feature, peak.Measured[i]), CalibratedFeatures.Plain(feature, peak.Expected[i]));
    }
}
