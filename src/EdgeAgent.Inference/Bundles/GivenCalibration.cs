namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// What is different where devices have nothing to learn: the model takes values in their units (<c>none</c>), or by the mean and
/// spread that the manifest states (<c>fixed</c>), as a model does that was trained with a scaler of its own.
/// </summary>
public static class GivenCalibration
{
    /// <summary>Says the first thing that does not fit it, with the key, or null when all is well.</summary>
    public static string? Problem(BundleManifest m)
    {
        var isFixed = m.Calibration.Over == "fixed";
        for (var i = 0; i < m.Channels.Count; i++)
        {
            var channel = m.Channels[i];
            if (!isFixed && (channel.Mean ?? channel.Spread) is not null)
                return $"channels[{i}] states mean or spread; that needs calibration.over \"fixed\"";
            if (channel.Mean is { } mean && !float.IsFinite(mean)) return $"channels[{i}].mean is {mean}; expected a number";
            if (channel.Spread is { } spread && !(spread > 0 && float.IsFinite(spread)))
                return $"channels[{i}].spread is {spread}; expected a number above 0";
        }
        if (!m.Calibration.IsGiven) return null;
        if (m.Calibration.Renew is not null)
            return $"calibration.renew needs something that is learned; calibration.over is \"{m.Calibration.Over}\"";
        return m.Calibration.Provisional is null
            ? null
            : $"calibration.provisional needs something that is learned; calibration.over is \"{m.Calibration.Over}\"";
    }

    /// <summary>Mean of each channel, in its unit.</summary>
    public static float[] Means(BundleManifest m) => [.. m.Channels.Select(c => c.Mean ?? 0)];

    /// <summary>Spread of each channel, in its unit.</summary>
    public static float[] Spreads(BundleManifest m) => [.. m.Channels.Select(c => c.Spread ?? 1)];
}
