using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Features;

/// <summary>
/// What is different where a manifest calibrates features and not readings: the statistics of a device's first windows
/// are its normal, and the model sees how far they are from there. For signals whose single samples say nothing.
/// </summary>
public static class CalibratedFeatures
{
    /// <summary>Says the first thing that does not fit such a calibration, with the key, or null when all is well.</summary>
    public static string? Problem(BundleManifest m)
    {
        if (m.Calibration.Over is not ("readings" or "features" or "none" or "fixed"))
            return $"calibration.over is \"{m.Calibration.Over}\"; expected \"readings\", \"features\", \"none\" or \"fixed\"";
        if (!m.CalibratesFeatures) return null;
        if (m.Input is not { Layout: "features", Features: { Count: > 0 } features })
            return "calibration.over is \"features\"; that needs input.layout \"features\" and input.features";
        if (m.Output.Kind != "score")
            return $"output.kind is \"{m.Output.Kind}\"; with calibration.over \"features\" only \"score\" can be";
        for (var i = 0; i < features.Count; i++)
            if (features[i].Floor is not { } floor || !float.IsFinite(floor) || floor <= 0)
                return $"input.features[{i}].floor is {features[i].Floor?.ToString() ?? "missing"}; "
                    + $"expected the smallest spread of the feature to believe in, above 0";
        return null;
    }

    /// <summary>The smallest spread of everything that is calibrated: of each channel, or of each feature of each channel.</summary>
    public static float[] Floors(BundleManifest m) => m.CalibratesFeatures
        ? [.. m.Input.Features!.SelectMany(f => Enumerable.Repeat(f.Floor!.Value, m.Channels.Count))]
        : [.. m.Channels.Select(c => c.Floor)];

    /// <summary>A feature in the unit that people know it by: before its squash.</summary>
    public static float Plain(ManifestFeature feature, float value) => SquashForms.Parse(feature.Squash).Undo(value);

    /// <summary>The names of everything that is calibrated, in that order.</summary>
    public static IReadOnlyList<string> Names(BundleManifest m, IReadOnlyList<string> channels) =>
        m.CalibratesFeatures ? FeatureExtractor.Names(m.Input.Features!, channels) : channels;
}
