using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>The calibrations that a manifest asks for.</summary>
internal static class CalibrationForms
{
    /// <summary>Far beyond what any sensor does, and few enough digits for the statistics of what is brought to scale.</summary>
    private const float ScaleClip = 1e6f;

    /// <summary>What becomes z: readings, or features of their windows.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="scale">What <see cref="Scale"/> gives, where it tells counters from other channels.</param>
    public static ChannelCalibration Of(BundleManifest manifest, ChannelCalibration? scale = null) =>
        manifest.Calibration.IsGiven ? Given(manifest)
        : !manifest.CalibratesFeatures ? new ChannelCalibration(manifest)
        : new ChannelCalibration(
            CalibratedFeatures.Floors(manifest), manifest.Calibration.Readings, manifest.Calibration.Clip,
            manifest.Calibration.Renew?.Blocks ?? 1, [], manifest.Calibration.Outlier, CalibratedFeatures.Momentary(manifest),
            scale is null ? null : new CounterLevels(scale, [.. manifest.Input.Features!.Select(f => f.Stat == "mean")]));

    /// <summary>What a manifest states: nothing is clipped that is not scaled.</summary>
    public static ChannelCalibration Given(BundleManifest manifest) => new(
        GivenCalibration.Means(manifest), GivenCalibration.Spreads(manifest),
        manifest.Calibration.Over == "none" ? float.PositiveInfinity : manifest.Calibration.Clip);

    /// <summary>What tells levels that stay off, where the manifest asks for it; otherwise null.</summary>
    public static LastingDeviation? Lasting(BundleManifest manifest) =>
        manifest.Calibration.Threshold?.Lasting is { } lasting ? new LastingDeviation(
            lasting, CalibratedFeatures.Levels(manifest), manifest.AreMany ? manifest.Channels.Count : 1) : null;

    /// <summary>Each channel's own level and spread, where features are to be taken of readings brought to them; otherwise null.</summary>
    public static ChannelCalibration? Scale(BundleManifest manifest) => manifest.Calibration.Scale is not { } readings ? null
        : new ChannelCalibration(manifest with { Calibration = new ManifestCalibration { Readings = readings, Clip = ScaleClip } });
}
