using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Bundles;

/// <summary>Checks what the JSON form cannot: that the parts of a manifest fit each other.</summary>
public static class ManifestCheck
{
    private const int BlockLimit = 64;
    /// <summary>Channels with mistakes that are told at once.</summary>
    private const int ChannelsTold = 3;
    /// <summary>Fewer readings say nothing of a spread.</summary>
    private const int ProvisionalLeast = 8;
    // 4 MiB; a lane holds room for a batch of them.
    internal const int WindowValuesLimit = 1 << 20;

    /// <summary>Says the first thing that is wrong, with the key, or null when all is well.</summary>
    public static string? FirstProblem(BundleManifest m) => Problems(m) is [var first, ..] ? first : null;

    /// <summary>Says what is wrong, with the keys: of each part of a manifest the first thing, and of each channel.</summary>
    public static IReadOnlyList<string> Problems(BundleManifest m)
    {
        // Another form means other keys.
        if (m.Format != 1) return [$"format is {m.Format}; this program reads format 1"];
        string?[] problems =
        [
            m.Name.Length == 0 ? "name is empty; expected a short name such as \"pump-health\"" : null,
            m.Version.Length == 0 ? "version is empty; expected a version such as \"1.0.0\"" : null,
            ModelFile(m),
            Digests(m),
            CalibratedFeatures.Problem(m) ?? GivenCalibration.Problem(m),
            .. Channels(m),
            Calibration(m.Calibration) ?? Renewal(m.Calibration),
            // What a tensor holds can be said of windows that are possible.
            Shape(m) ?? ManifestTensors.Problem(m),
            Provisional(m.Output, m.Calibration),
            Decision(m.Decision),
        ];
        return [.. problems.OfType<string>()];
    }

    private static string? ModelFile(BundleManifest m)
    {
        if (Path.GetFileName(m.Model) != m.Model || m.Model is "" or "." or "..")
            return $"model is \"{m.Model}\"; expected a file name inside the bundle";
        // Such a file may name others in a way of its own.
        return m.Model.EndsWith(".ort", StringComparison.OrdinalIgnoreCase)
            ? $"model is \"{m.Model}\"; expected an ONNX file, as it was before it was converted for ONNX Runtime" : null;
    }

    private static string? Digests(BundleManifest m)
    {
        if (m.Sha256.Length > 0 && !IsDigest(m.Sha256))
            return $"sha256 is \"{m.Sha256}\"; expected 64 hexadecimal digits, as sha256sum prints";
        foreach (var (name, digest) in m.Files ?? [])
            if (digest is null || !IsDigest(digest))
                return $"files.\"{name}\" is \"{digest}\"; expected 64 hexadecimal digits, as sha256sum prints";
        return null;
    }

    /// <summary>In either case: tools differ.</summary>
    private static bool IsDigest(string text) => text.Length == 2 * Sha256.DigestBytes && text.All(char.IsAsciiHexDigit);

    private static List<string> Channels(BundleManifest m)
    {
        if (m.Channels.Count == 0) return ["channels is empty; expected one entry for each input channel"];
        var names = new HashSet<string>();
        return [.. m.Channels.Select((channel, i) => Channel(m, channel, i, names)).OfType<string>().Take(ChannelsTold)];
    }

    private static string? Channel(BundleManifest m, ManifestChannel channel, int i, HashSet<string> names)
    {
        if (channel.Name.Length == 0) return $"channels[{i}].name is empty";
        if (!names.Add(channel.Name)) return $"channels[{i}].name \"{channel.Name}\" stands twice";
        if (channel.Name == ManifestChannel.Any && m.Channels.Count > 1)
            return $"channels[{i}].name is \"*\", which stands for any channel; a model of {m.Channels.Count} channels must name "
                + "them";
        if (OpenChannels.Problem(m, i) is { } problem) return problem;
        if (channel.FloorSteps is { } steps && !(float.IsFinite(steps) && steps > 0))
            return $"channels[{i}].floorSteps is {steps}; expected the smallest spread in steps of the sensor, above 0";
        if (!(channel.Drift >= 0 && float.IsFinite(channel.Drift)))
            return $"channels[{i}].drift is {channel.Drift}; expected a share of the level, 0 or more";
        if (channel.Wander is { } wander && !(wander >= 1 && float.IsFinite(wander)))
            return $"channels[{i}].wander is {wander}; expected a number of the device's own spreads, 1 or more";
        return !float.IsFinite(channel.Floor) || channel.Floor < 0
            ? $"channels[{i}].floor is {channel.Floor}; expected the smallest spread to believe in, 0 or more "
                + "(0: three steps of the sensor)"
            : null;
    }

    private static string? Calibration(ManifestCalibration calibration)
    {
        if (calibration.Needed < 2 && !calibration.IsGiven)
            return $"calibration.readings is {calibration.Readings}; expected 2 or more; a model that takes values as they are says "
                + "\"over\": \"none\"";
        if (calibration.Provisional is { } provisional && (provisional < ProvisionalLeast || provisional >= calibration.Readings))
            return $"calibration.provisional is {provisional}; expected {ProvisionalLeast} readings or more, and fewer than "
                + $"calibration.readings, {calibration.Readings}";
        if (!(calibration.Clip > 0 && float.IsFinite(calibration.Clip)))
            return $"calibration.clip is {calibration.Clip}; expected a number above 0";
        if (!(calibration.Outlier >= 0 && float.IsFinite(calibration.Outlier)))
            return $"calibration.outlier is {calibration.Outlier}; expected 0 (never) or a number of spreads";
        if (calibration.Steady is not { } steady) return null;
        if (!(steady.Drift > 0 && float.IsFinite(steady.Drift)))
            return $"calibration.steady.drift is {steady.Drift}; expected a number of spreads above 0";
        if (!(steady.Spread > 1 && float.IsFinite(steady.Spread)))
            return $"calibration.steady.spread is {steady.Spread}; expected a factor above 1";
        return steady.Channels < 0 ? $"calibration.steady.channels is {steady.Channels}; expected 0 or more" : null;
    }

    private static string? Renewal(ManifestCalibration calibration)
    {
        if (calibration.Renew is not { } renew) return null;
        if (renew.AdoptAtLast > 0 && calibration.Over != "features")
            return "calibration.renew.adoptAtLast is for calibration.over \"features\": of readings a spread of its own is no sign of rest";
        if (renew.Every < 2) return $"calibration.renew.every is {renew.Every}; expected 2 or more readings";
        if (renew.Blocks < 1 || renew.Blocks > Math.Min(BlockLimit, calibration.Readings))
            return $"calibration.renew.blocks is {renew.Blocks}; expected 1 to {Math.Min(BlockLimit, calibration.Readings)}";
        if (!(renew.CalmBelow > 0 && float.IsFinite(renew.CalmBelow)))
            return $"calibration.renew.calmBelow is {renew.CalmBelow}; expected a score above 0";
        if (renew.Hold is < 0 or > BlockLimit) return $"calibration.renew.hold is {renew.Hold}; expected 0 to {BlockLimit} blocks";
        if (renew.Memory is < 1) return $"calibration.renew.memory is {renew.Memory}; expected 1 reading or more";
        if (renew.Spread is not ("renew" or "keep"))
            return $"calibration.renew.spread is \"{renew.Spread}\"; expected \"renew\" or \"keep\"";
        if (renew.States is < 0 or > BlockLimit || (renew.States > 0 && renew.Spread == "keep"))
            return $"calibration.renew.states is {renew.States}; expected 0 (none) to {BlockLimit}, beside \"spread\": \"renew\"";
        if (renew.AdoptAtLast < 0 || (renew.AdoptAtLast > 0 && (renew.AdoptAfter == 0 || renew.Memory is null)))
            return $"calibration.renew.adoptAtLast is {renew.AdoptAtLast}; expected 0 (never), or a number of readings beside "
                + "calibration.renew.adoptAfter and calibration.renew.memory";
        return renew.AdoptAfter < 0
            ? $"calibration.renew.adoptAfter is {renew.AdoptAfter}; expected 0 (never) or a number of readings"
            : null;
    }

    private static string? Shape(BundleManifest m)
    {
        if (m.Window.Length is < 1 or > 65_536) return $"window.length is {m.Window.Length}; expected 1 to 65536 readings";
        if ((long)m.Window.Length * m.Channels.Count > WindowValuesLimit)
            return $"window.length is {m.Window.Length}, times {m.Channels.Count} channels; "
                + $"expected at most {WindowValuesLimit} values in a window";
        if (m.Window.Stride < 1) return $"window.stride is {m.Window.Stride}; expected 1 or more";
        if (m.Window.Hold is < 0) return $"window.hold is {m.Window.Hold}; expected 0 or more readings";
        if (m.Input.Layout is not ("window" or "channels-first" or "features"))
            return $"input.layout is \"{m.Input.Layout}\"; expected \"window\", \"channels-first\" or \"features\"";
        if (m.Input.Layout != "features")
            return m.Input.Features is not null ? "input.features is only for the layout \"features\""
                : m.Input.Usual is not null ? "input.usual is only for the layout \"features\"" : null;
        if ((long)(m.Input.Features?.Count ?? 0) * m.Channels.Count > WindowValuesLimit)
            return $"input.features has {m.Input.Features!.Count} entries, times {m.Channels.Count} channels; "
                + $"expected at most {WindowValuesLimit} values";
        if (m.Input.Features is not { Count: > 0 }) return "input.features is missing; the layout \"features\" needs them";
        try
        {
            var values = new FeatureExtractor(m.Input.Features, m.Channels.Count, m.Window.Length).Count;
            if (m.Input.Usual is { } usual && (usual.Count != values || !usual.TrueForAll(float.IsFinite)))
                return $"input.usual has {usual.Count} values; expected {values} finite ones, one for each input";
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private static string? Provisional(ManifestOutput output, ManifestCalibration calibration)
    {
        if (output.Provisional is not { } thresholds) return null;
        if (thresholds.Count == 0) return "output.provisional is empty; expected thresholds by readings, or no such key";
        if (calibration.Provisional is null) return "output.provisional is for devices that are judged by calibration.provisional readings";
        for (var i = 0; i < thresholds.Count; i++)
        {
            var (readings, one) = (thresholds[i].Readings, thresholds[i].One);
            if (readings < 1 || (i > 0 && readings <= thresholds[i - 1].Readings))
                return $"output.provisional[{i}].readings is {readings}; expected more than in the entry before";
            if (!(float.IsFinite(one) && (one - output.Zero) / (output.One - output.Zero) > 0))
                return $"output.provisional[{i}].one is {one}; expected it on the side of output.zero ({output.Zero}) where output.one is";
        }
        return null;
    }

    private static string? Decision(ManifestDecision decision)
    {
        if (decision.OnAfter < 1) return $"decision.onAfter is {decision.OnAfter}; expected 1 or more";
        if (decision.OffAfter < 1) return $"decision.offAfter is {decision.OffAfter}; expected 1 or more";
        if (decision.Smooth is < 1 or > 1024) return $"decision.smooth is {decision.Smooth}; expected 1 to 1024";
        if (decision.Critical is { } critical && !(critical >= 1))
            return $"decision.critical is {critical}; expected 1 (the threshold) or more";
        if (decision.Promise?.Problem() is { } problem) return problem;
        return decision.Clear is > 0 and <= 1 ? null : $"decision.clear is {decision.Clear}; expected above 0 and at most 1";
    }
}
