namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// Models that judge any number of channels together: their manifest has one entry that stands for each, and their graph leaves open
/// how many there are.
/// </summary>
public static class OpenChannels
{
    /// <summary>Whether a manifest is such a model's.</summary>
    public static bool AreTaken(BundleManifest manifest) => manifest.Channels is [{ Name: ManifestChannel.Any, Many: true }];

    /// <summary>The manifest with the channels that it is used for; any other as it is.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="channels">Their names.</param>
    /// <param name="folder">Where it comes from, for the message.</param>
    /// <exception cref="BundleException">They do not fit the model.</exception>
    public static BundleManifest Named(BundleManifest manifest, IReadOnlyList<string> channels, string folder)
    {
        if (!AreTaken(manifest)) return manifest;
        var named = manifest with
        {
            Channels = [.. channels.Select(name => manifest.Channels[0] with { Name = name, Many = null })],
            AreMany = true,
        };
        return ManifestCheck.FirstProblem(named) is { } problem
            ? throw new BundleException($"{folder}: does not fit the channels {string.Join(", ", channels)}: {problem}") : named;
    }

    /// <summary>So many channels that go by their number, where their names do not matter.</summary>
    public static BundleManifest Numbered(BundleManifest manifest, int channels) =>
        Named(manifest, [.. Enumerable.Range(1, channels).Select(c => $"channel-{c}")], manifest.Name);

    /// <summary>What is wrong with what a channel's entry says of this, or null.</summary>
    internal static string? Problem(BundleManifest m, int i)
    {
        var channel = m.Channels[i];
        if (channel.BitSteps is { } steps && !(float.IsFinite(steps) && steps > 0))
            return $"channels[{i}].bitSteps is {steps}; expected the smallest spread of a bit, in its steps, above 0";
        if (channel.BitSteps is not null && m.Calibration.Scale is null)
            return $"channels[{i}].bitSteps is given, and calibration.scale is not; bits are told from other channels while that is found";
        if (channel.Many != true) return null;
        if (channel.Name != ManifestChannel.Any)
            return $"channels[{i}].many is true, and its name is \"{channel.Name}\"; "
                + $"only \"{ManifestChannel.Any}\" stands for many channels";
        if (!m.CalibratesFeatures) return $"channels[{i}].many is for calibration.over \"features\"; it is \"{m.Calibration.Over}\"";
        return m.Input.Usual is null && m.Input.Columns is null ? null
            : $"channels[{i}].many is true; input.usual and input.columns are for models that know their channels";
    }
}
