using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Thresholds;

/// <summary>
/// Finds the threshold without labels: the lowest at which a device that sees what training took for normal, calibrating
/// and renewing as it would in the field, hardly ever opens an event.
/// </summary>
/// <remarks>
/// The runs' first parts decide. Where there are none, the calibration parts do: calibrated on the first half, judged on
/// the second; there a few alarms are let pass, for nobody has said that these are free of faults.
/// </remarks>
internal static class ThresholdSearch
{
    private const double PartShareLimit = 0.005;
    // The network has seen these readings; others of the same machine will look a little stranger to it.
    public const float Margin = 1.1f;
    // More readings than these tell no more about where the threshold belongs.
    private const int EvidenceLimit = 40_000;

    /// <summary>The rule, for the card.</summary>
    public static string Rule(NormalOptions options) =>
        FormattableString.Invariant($"(at most {100 * options.RunShareLimit} % of a normal run's readings are flagged, ")
        + FormattableString.Invariant($"or {100 * PartShareLimit} % of the calibration parts' where there is no run), ")
        + FormattableString.Invariant($"times {Margin} seen from the median of normal windows");

    /// <summary>Writes <c>output.zero</c> (the median normal output) and <c>output.one</c> (the threshold).</summary>
    /// <param name="manifest">What the model is given; its output is changed in place.</param>
    /// <param name="model">As it will run on devices.</param>
    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="progress">Told what was found.</param>
    /// <param name="grid">The thresholds to try; null: from the outputs themselves.</param>
    /// <returns>Where the search ended.</returns>
    public static ThresholdOutcome Set(
        BundleManifest manifest, ModelProto model, NormalSource normals, NormalOptions options, Action<string> progress,
        ThresholdGrid? grid)
    {
        if (!normals.Held.IsEmpty)
        {
            using var held = new HeldOutThreshold(manifest, model, normals);
            return held.Set(manifest, grid is null ? float.NegativeInfinity : 0, progress);
        }
        var (asDevice, recordings, limit) = Evidence(manifest, normals, options);
        using var replay = new DeviceReplay(asDevice, model);
        var calm = Calm(asDevice, replay, recordings);
        var (highest, step) = grid ?? ThresholdGrid.Between(calm);
        // A model that finds everything odd leaves no room below the highest threshold.
        var zero = Math.Min(calm[calm.Length / 2], highest - 2 * step);
        var (chosen, share, isFound) = (highest, 0.0, false);
        var lowest = grid is null ? float.NegativeInfinity : Lowest(calm.Length);
        for (var one = highest; one > zero + step && one >= lowest; one -= step)
        {
            (asDevice.Output.Zero, asDevice.Output.One) = (zero, one);
            var flagged = Flagged(replay, recordings);
            if (one == highest) share = flagged;
            if (flagged > limit) break;
            (chosen, share, isFound) = (one, flagged, true);
        }
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + Margin * (chosen - zero));
        progress(FormattableString.Invariant($"threshold {manifest.Output.One:0.00} (median of normal windows {zero:0.00}); ")
            + FormattableString.Invariant($"at {chosen:0.00}, {100 * share:0.00} % of the readings taken for normal are flagged"));
        return new ThresholdOutcome(share, limit, IsAtLimit: !isFound || chosen <= zero + 2 * step, calm);
    }

    /// <summary>In logits: few readings, none of which happened to look odd, do not show that none ever will.</summary>
    private static float Lowest(int evidence) => evidence switch { < 1000 => 1, < 5000 => 0, _ => float.NegativeInfinity };

    /// <summary>
    /// Writes the median normal output and, for the threshold, a quantile of all, a margin beyond it. Runs and calibration
    /// parts both count: an error has no scale of its own, and one machine's says little of another's.
    /// </summary>
    public static void SetQuantile(BundleManifest manifest, ModelProto model, NormalSource normals, NormalOptions options, double quantile)
    {
        var calm = new List<float>();
        foreach (var (asDevice, recordings) in new[]
        {
            (manifest, normals.Runs.Select(r => (r, NormalSource.Share(r, options))).ToArray()),
            (Halved(manifest), normals.Others.Select(o => (o, options.CalibrationReadings)).ToArray()),
        })
        {
            using var replay = new DeviceReplay(asDevice, model);
            calm.AddRange(Calm(asDevice, replay, recordings));
        }
        calm.Sort();
        var zero = calm[calm.Count / 2];
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + Margin * (calm[(int)(calm.Count * quantile)] - zero));
    }

    private static (BundleManifest AsDevice, (Recording Recording, int Rows)[] Recordings, double Limit) Evidence(
        BundleManifest manifest, NormalSource normals, NormalOptions options) =>
        normals.Runs.Count > 0
            ? (manifest, [.. Thinned(normals.Runs, options)], options.RunShareLimit)
            : (Halved(manifest), [.. normals.Others.Select(o => (o, options.CalibrationReadings))], PartShareLimit);

    /// <summary>The runs' parts, or evenly chosen ones of many, each shortened where it is very long.</summary>
    private static IEnumerable<(Recording Recording, int Rows)> Thinned(IReadOnlyList<Recording> runs, NormalOptions options)
    {
        var total = runs.Sum(r => (long)NormalSource.Share(r, options));
        // Named runs are used in full, as before: someone vouches for them.
        if (total <= EvidenceLimit || options.NormalShare < 1) return runs.Select(r => (r, NormalSource.Share(r, options)));
        var step = Math.Max(1, (int)(total / EvidenceLimit));
        return runs.Where((_, i) => i % step == 0).Select(r => (r, Math.Min(NormalSource.Share(r, options), EvidenceLimit)));
    }

    /// <summary>All outputs on what was taken for normal, from the smallest to the largest, as if nothing were ever found.</summary>
    private static float[] Calm(BundleManifest asDevice, DeviceReplay replay, (Recording Recording, int Rows)[] recordings)
    {
        (asDevice.Output.Zero, asDevice.Output.One) = (0, float.MaxValue);
        return [.. recordings.SelectMany(r => replay.Run(r.Recording, 0, r.Rows)).Select(v => v.Output).Order()];
    }

    private static double Flagged(DeviceReplay replay, (Recording Recording, int Rows)[] recordings)
    {
        var verdicts = recordings.SelectMany(r => replay.Run(r.Recording, 0, r.Rows)).ToArray();
        return verdicts.Count(v => v.IsOpen) / (double)verdicts.Length;
    }

    /// <summary>The same device, calibrating on half as many readings.</summary>
    public static BundleManifest Halved(BundleManifest m) => m with
    {
        Calibration = m.Calibration with
        {
            Readings = m.Calibration.Readings / 2,
            Scale = m.Calibration.Scale / 2,
            Renew = m.Calibration.Renew! with { Every = m.Calibration.Renew!.Every / 2 },
        },
        Output = m.Output with { },
    };
}

/// <summary>Where the search for a threshold ended.</summary>
/// <param name="Flagged">Share of the readings taken for normal that are flagged at it.</param>
/// <param name="Allowed">Share that was allowed.</param>
/// <param name="IsAtLimit">The search ended at a bound: the threshold is a guess.</param>
/// <param name="Calm">Outputs on what was taken for normal, from the smallest to the largest.</param>
internal readonly record struct ThresholdOutcome(double Flagged, double Allowed, bool IsAtLimit, float[] Calm)
{
    /// <summary>Readings that training had not seen; 0: the share is of what was learned.</summary>
    public int HeldOutReadings { get; init; }
}
