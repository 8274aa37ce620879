using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>
/// Adds plain steps to stretches of the recordings and looks whether the bundle finds them: what it can see at all, where
/// nobody has labelled a fault.
/// </summary>
/// <param name="Sizes">Of the steps, in the channel's own spread.</param>
/// <param name="Found">[channel][size]: share that was found.</param>
/// <param name="Spreads">Median spread of each channel, in its unit: what one spread is.</param>
internal sealed record StepTrial(double[] Sizes, double[][] Found, double[] Spreads)
{
    private const int RecordingLimit = 6, Calm = 20, Patience = 60;

    public double FoundOf(double size) => Found.Average(f => f[Array.IndexOf(Sizes, size)]);

    /// <returns>Null where no recording has a calm stretch that is long enough.</returns>
    public static StepTrial? Run(BundleManifest manifest, ModelProto model, IReadOnlyList<Replayed> replayed)
    {
        double[] sizes = [3, 6, 12];
        var before = FaultPower.Needed(manifest) + Calm;
        var rows = before + Patience;
        // Judged right behind the calibration, so nothing but the step may be going on there.
        var calm = replayed.Where(r => r.Recording.Rows >= rows && !r.IsOpen.Take(Calm + Patience).Any(o => o)
            && r.Recording.Labels?.Take(rows).Any(l => l) != true).ToArray();
        if (calm.Length == 0) return null;
        var step = Math.Max(1, calm.Length / RecordingLimit);
        var chosen = calm.Where((_, i) => i % step == 0).Take(RecordingLimit).Select(r => r.Recording).ToArray();
        var channels = manifest.Channels.Count;
        var spreads = chosen.Select(r => Enumerable.Range(0, channels).Select(c => InventedFault.Spread(r, c, before)).ToArray()).ToArray();
        using var replay = new DeviceReplay(manifest, model);
        var found = new double[channels][];
        for (var c = 0; c < channels; c++)
            found[c] = [.. sizes.Select(size => chosen.Average(r => IsFound(replay, r, rows, c, size) ? 1.0 : 0))];
        return new StepTrial(
            sizes, found, [.. Enumerable.Range(0, channels).Select(c => spreads.Select(s => s[c]).Order().ElementAt(spreads.Length / 2))]);
    }

    private static bool IsFound(DeviceReplay replay, Recording recording, int rows, int channel, double size)
    {
        var changed = recording.Select([.. Enumerable.Range(0, rows)]);
        InventedFault.Insert(changed, rows - Patience, channel, FaultShape.Shift, size, recording, new SplittableRandom(0));
        return replay.Play(changed).IsOpen.AsSpan(rows - Patience).Contains(true);
    }
}
