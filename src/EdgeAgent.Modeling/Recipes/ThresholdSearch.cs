using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

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
    private const double RunShareLimit = 0.0005;
    private const double PartShareLimit = 0.005;
    // The network has seen these readings; others of the same machine will look a little stranger to it.
    public const float Margin = 1.1f;

    /// <summary>The rule, for the card.</summary>
    public static string Rule { get; } = FormattableString.Invariant(
        $"(at most {100 * RunShareLimit} % of a normal run's readings are flagged, or {100 * PartShareLimit} % of the calibration parts' where there is no run), times {Margin} seen from the median of normal windows");

    /// <summary>Writes <c>output.zero</c> (the median normal output) and <c>output.one</c> (the threshold).</summary>
    /// <param name="manifest">What the model is given; its output is changed in place.</param>
    /// <param name="model">As it will run on devices.</param>
    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="progress">Told what was found.</param>
    /// <param name="grid">The thresholds to try; null: from the outputs themselves.</param>
    public static void Set(BundleManifest manifest, ModelProto model, NormalSource normals, RecipeOptions options, Action<string> progress, ThresholdGrid? grid)
    {
        var (asDevice, recordings, limit) = Evidence(manifest, normals, options);
        using var replay = new DeviceReplay(asDevice, model);
        var calm = Calm(asDevice, replay, recordings);
        var (highest, step) = grid ?? ThresholdGrid.Between(calm);
        var (zero, chosen, share) = (calm[calm.Length / 2], highest, 0.0);
        for (var one = highest; one > zero + step; one -= step)
        {
            (asDevice.Output.Zero, asDevice.Output.One) = (zero, one);
            var flagged = Flagged(replay, recordings);
            if (flagged > limit) break;
            (chosen, share) = (one, flagged);
        }
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + Margin * (chosen - zero));
        progress(FormattableString.Invariant($"threshold {manifest.Output.One:0.00} (median of normal windows {zero:0.00}); at {chosen:0.00}, {100 * share:0.00} % of the readings taken for normal are flagged"));
    }

    /// <summary>Writes the median normal output and, for the threshold, a quantile of all, a margin beyond it.</summary>
    public static void SetQuantile(BundleManifest manifest, ModelProto model, NormalSource normals, RecipeOptions options, double quantile)
    {
        var (asDevice, recordings, _) = Evidence(manifest, normals, options);
        using var replay = new DeviceReplay(asDevice, model);
        var calm = Calm(asDevice, replay, recordings);
        var zero = calm[calm.Length / 2];
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + Margin * (calm[(int)(calm.Length * quantile)] - zero));
    }

    private static (BundleManifest AsDevice, (Recording Recording, int Rows)[] Recordings, double Limit) Evidence(BundleManifest manifest, NormalSource normals, RecipeOptions options) =>
        normals.Runs.Count > 0
            ? (manifest, [.. normals.Runs.Select(r => (r, NormalSource.Share(r, options)))], RunShareLimit)
            : (Halved(manifest), [.. normals.Others.Select(o => (o, options.CalibrationReadings))], PartShareLimit);

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
    private static BundleManifest Halved(BundleManifest m) => m with
    {
        Calibration = m.Calibration with
        {
            Readings = m.Calibration.Readings / 2,
            Renew = m.Calibration.Renew! with { Every = m.Calibration.Renew!.Every / 2 },
        },
        Output = m.Output with { },
    };
}
