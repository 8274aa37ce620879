using EdgeAgent.Inference.Tensors;

namespace EdgeAgent.Inference.Bundles;

/// <summary>Checks what a manifest says of its graph's inputs and outputs.</summary>
internal static class ManifestTensors
{
    /// <summary>Says the first thing that is wrong, with the key, or null when all is well.</summary>
    public static string? Problem(BundleManifest m)
    {
        if (m.Input.Columns is { } columns && columns.Count != m.Channels.Count)
            return $"input.columns has {columns.Count} names; expected {m.Channels.Count}, one for each channel";
        var output = m.Output;
        if (output.Kind is not ("score" or "reconstruction" or "forecast"))
            return $"output.kind is \"{output.Kind}\"; expected \"score\", \"reconstruction\" or \"forecast\"";
        if (output.Element is { } element && (element < 0 || output.Kind != "score"))
            return $"output.element is {element}; expected the place of a score among several, 0 or more, and output.kind \"score\"";
        return Forecast(m) ?? Scale(output);
    }

    private static string? Forecast(BundleManifest m)
    {
        if (m.Output.Kind != "forecast")
            return m.Output.Horizon is null ? null : "output.horizon is only for the kind \"forecast\"";
        if (m.Input.Features is not null) return "output.kind is \"forecast\"; that needs a window of readings, not input.features";
        var horizon = WindowOrder.Horizon(m);
        return horizon >= 1 && horizon < m.Window.Length
            ? null
            : $"output.horizon is {horizon}; expected 1 or more, and less than window.length, {m.Window.Length}, which counts "
                + "the readings that are forecast, too";
    }

    private static string? Scale(ManifestOutput output)
    {
        if (output.Worse is not (null or "higher" or "lower"))
            return $"output.worse is \"{output.Worse}\"; expected \"higher\" or \"lower\"";
        if (output.Worse == "lower" && output.Kind != "score")
            return $"output.worse is \"lower\"; of a {output.Kind} a larger error is worse";
        var isLower = output.Worse == "lower";
        var isApart = isLower ? output.One < output.Zero : output.One > output.Zero;
        if (isApart && float.IsFinite(output.One) && float.IsFinite(output.Zero)) return null;
        return isLower
            ? $"output.one ({output.One}) must lie below output.zero ({output.Zero}), for output.worse is \"lower\""
            : $"output.one ({output.One}) must lie above output.zero ({output.Zero}): higher outputs are worse; where lower ones "
                + "are, as of an isolation forest, say \"worse\": \"lower\"";
    }
}
