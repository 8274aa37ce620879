using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Windows;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>
/// What the model saw at the worst moment of an event, told in words where it was calibrated features: each with what was
/// measured and what was expected. Belongs to one lane.
/// </summary>
internal sealed class PeakFeatures(ModelBundle bundle)
{
    private readonly BundleManifest _manifest = bundle.Manifest;
    private readonly float[] _distances = new float[bundle.Manifest.CalibratesFeatures ? bundle.Manifest.Input.Features!.Count * bundle.Manifest.Channels.Count : 0];

    /// <summary>Whether the peak is one of measured features.</summary>
    public bool AreMeasured => _manifest.CalibratesFeatures;

    /// <summary>What the model saw: distances from normal where features are calibrated. Good until the next call.</summary>
    public ReadOnlySpan<float> Seen(DetectorTrack track)
    {
        if (!AreMeasured) return track.Decision.PeakInput;
        track.Calibration.Apply(track.Decision.PeakInput, _distances);
        return _distances;
    }

    /// <summary>A channel as its most unusual feature at the peak tells of it.</summary>
    public ChannelCause Cause(DetectorTrack track, int channel, string name, float share)
    {
        var channels = _manifest.Channels.Count;
        var seen = Seen(track);
        var worst = channel;
        for (var i = channel; i < seen.Length; i += channels)
            if (Math.Abs(seen[i]) > Math.Abs(seen[worst]))
                worst = i;
        var (value, expected) = Measured(track, worst);
        var feature = FeatureExtractor.Names([_manifest.Input.Features![worst / channels]], [""])[0].TrimStart('.');
        return new ChannelCause(name, null, value, expected, share, feature);
    }

    /// <summary>All features at the peak.</summary>
    public (float Value, float Expected)[] Measured(DetectorTrack track) =>
        [.. Enumerable.Range(0, _distances.Length).Select(i => Measured(track, i))];

    private (float, float) Measured(DetectorTrack track, int i)
    {
        var feature = _manifest.Input.Features![i / _manifest.Channels.Count];
        return (CalibratedFeatures.Plain(feature, track.Decision.PeakInput[i]), CalibratedFeatures.Plain(feature, track.Calibration.Means[i]));
    }
}
