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
        if (!m.CalibratesFeatures)
            return m.Calibration.Scale is null && m.Calibration.Threshold is null ? null
                : "calibration.scale and calibration.threshold are for calibration.over \"features\"";
        if (m.Calibration.Scale is < 2) return $"calibration.scale is {m.Calibration.Scale}; expected 2 readings or more";
        if (m.Calibration.Threshold is { } own && !IsPossible(own, m.Output))
            return $"calibration.threshold is {own.Times} times, from {own.From} to {own.To}; expected times above 0, and "
                + $"output.zero ({m.Output.Zero}) < from <= to";
        if (m.Input is not { Layout: "features", Features: { Count: > 0 } features })
            return "calibration.over is \"features\"; that needs input.layout \"features\" and input.features";
        if (m.Output.Kind != "score")
            return $"output.kind is \"{m.Output.Kind}\"; with calibration.over \"features\" only \"score\" can be";
        if (m.Calibration.Threshold?.Lasting is { } lasting && LastingProblem(lasting, m) is { } problem)
            return $"calibration.threshold.lasting{problem}";
        for (var i = 0; i < features.Count; i++)
            if (features[i].Floor is not { } floor || !float.IsFinite(floor) || floor <= 0)
                return $"input.features[{i}].floor is {features[i].Floor?.ToString() ?? "missing"}; "
                    + $"expected the smallest spread of the feature to believe in, above 0";
        return null;
    }

    private static string? LastingProblem(ManifestLasting lasting, BundleManifest m)
    {
        if (lasting.Over < 1) return $".over is {lasting.Over}; expected 1 reading or more";
        if (lasting.Fade < 1) return $".fade is {lasting.Fade}; expected 1 reading or more";
        if (!(lasting.From > 0) || !(lasting.Start >= lasting.From) || !float.IsFinite(lasting.Start))
            return $" is from {lasting.From}, start {lasting.Start}; expected 0 < from <= start";
        if (!(lasting.Raise >= 0 && float.IsFinite(lasting.Raise))) return $".raise is {lasting.Raise}; expected 0 or more";
        return Levels(m).Length > 0 ? null : " is of means over 2 readings or more; input.features has none";
    }

    private static bool IsPossible(ManifestThreshold own, ManifestOutput output) =>
        own.Times > 0 && own.From > output.Zero && own.To >= own.From && float.IsFinite(own.Times) && float.IsFinite(own.To);

    /// <summary>
    /// Positions of what tells of single readings, among all that is calibrated; empty where nothing does, or readings are calibrated
    /// themselves.
    /// </summary>
    public static int[] Momentary(BundleManifest m) => !m.CalibratesFeatures ? [] : [.. m.Input.Features!
        .SelectMany((f, i) => Enumerable.Range(i * m.Channels.Count, f.Over == 1 ? m.Channels.Count : 0))];

    /// <summary>Positions of the means over several readings, among all that is calibrated.</summary>
    public static int[] Levels(BundleManifest m) => [.. m.Input.Features!
        .SelectMany((f, i) => Enumerable.Range(i * m.Channels.Count, f is { Stat: "mean", Over: > 1 } ? m.Channels.Count : 0))];

    /// <summary>The smallest spread of everything that is calibrated: of each channel, or of each feature of each channel.</summary>
    public static float[] Floors(BundleManifest m) => m.CalibratesFeatures
        ? [.. m.Input.Features!.SelectMany(f => Enumerable.Repeat(f.Floor!.Value, m.Channels.Count))]
        : [.. m.Channels.Select(c => c.Floor)];

    /// <summary>A feature in the unit that people know it by: before its squash.</summary>
    public static float Plain(ManifestFeature feature, float value) => SquashForms.Parse(feature.Squash).Undo(value);

    /// <summary>A feature of z in the unit of its channel: as it was before its squash and before the channel's own scale.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="value">What the model saw before calibration.</param>
    /// <param name="level">The channel's own level.</param>
    /// <param name="spread">Its own spread.</param>
    public static float Plain(ManifestFeature feature, float value, float level, float spread) =>
        Plain(feature, value) * spread + (feature.Stat == "mean" ? level : 0);

    /// <summary>The names of everything that is calibrated, in that order.</summary>
    public static IReadOnlyList<string> Names(BundleManifest m, IReadOnlyList<string> channels) =>
        m.CalibratesFeatures ? FeatureExtractor.Names(m.Input.Features!, channels) : channels;
}
