using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Inference.Trials;

/// <summary>
/// Loads a bundle and runs it as a lane would, here and now: its golden windows, then windows of a device in its usual state, alone
/// and as many together as a lane takes. What it does to the process is the caller's affair.
/// </summary>
public static class BundleTrial
{
    /// <summary>Of several runs the fastest counts: others wait for a processor that is busy.</summary>
    private const int TimedRuns = 3;

    /// <summary>Never throws for what is in the folder.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="runLimit">What each run may take before it is ended; null: as long as it likes, where the process has a
    /// deadline.</param>
    public static TrialVerdict Run(string folder, TimeSpan? runLimit = null)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var bundle = ModelBundle.Load(folder);
            using var model = OnnxModel.Load(bundle);
            var golden = GoldenCheck.Run(model, runLimit);
            var (batch, ms) = BundleGuard.Run(bundle.ModelPath, () => RunUsual(model, runLimit));
            return new TrialVerdict
            {
                Folder = folder, Digest = bundle.Digest, Golden = golden, Batch = batch, LeastBatch = model.LeastBatch,
                TensorBytes = model.Plan.OwnBytes, RunMs = ms, TrialMs = Milliseconds(began),
            };
        }
        catch (BundleException e)
        {
            return TrialVerdict.Refused(folder, e.Message);
        }
    }

    /// <summary>How many windows a full batch has, and what it takes.</summary>
    private static (int Batch, double Ms) RunUsual(OnnxModel model, TimeSpan? runLimit)
    {
        using (var alone = new ModelRunner(model, 1, runLimit))
            RunUsual(alone);
        using var together = new ModelRunner(model, ModelRunner.LaneBatch, runLimit);
        return (together.BatchLimit, Enumerable.Range(0, TimedRuns).Min(_ => RunUsual(together)));
    }

    private static double RunUsual(ModelRunner runner)
    {
        for (var slot = 0; slot < runner.BatchLimit; slot++) runner.TakeUsual(slot);
        var began = Stopwatch.GetTimestamp();
        runner.Run(runner.BatchLimit);
        return Milliseconds(began);
    }

    private static double Milliseconds(long began) => Stopwatch.GetElapsedTime(began).TotalMilliseconds;
}
