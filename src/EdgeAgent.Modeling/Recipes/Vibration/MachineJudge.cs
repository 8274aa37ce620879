using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// Judges a machine's windows as the agent would: calibrates on the first ones, then a verdict for each, renewal included.
/// </summary>
internal sealed class MachineJudge(BundleManifest manifest, IWindowModel model)
{
    /// <summary>For each window behind the calibration whether an event is open after it.</summary>
    public bool[] Judge(MachineRun run)
    {
        var calibration = new ChannelCalibration(
            CalibratedFeatures.Floors(manifest), manifest.Calibration.Readings,
            manifest.Calibration.Clip, manifest.Calibration.Renew?.Blocks ?? 1);
        var renewal = manifest.Calibration.Renew is { } renew ? new CalibrationRenewal(renew, calibration) : null;
        var first = manifest.Calibration.Readings;
        for (var w = 0; w < first; w++)
            calibration.Learn(run.Window(w));
        renewal?.Begin();
        var settings = ManifestSource.Decision(manifest);
        var decision = new DecisionState(settings.Smooth);
        var verdicts = new bool[run.Windows - first];
        var z = new float[run.Width];
        for (var w = 0; w < verdicts.Length; w++)
        {
            calibration.Apply(run.Window(first + w), z);
            var score = (model.Raw(z) - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero);
            verdicts[w] = decision.Decide(Math.Max(0, score), settings);
            if (renewal is not null) Renew(renewal, run.Window(first + w), score, verdicts[w]);
        }
        return verdicts;
    }

    private static void Renew(CalibrationRenewal renewal, ReadOnlySpan<float> window, float score, bool isOpen)
    {
        renewal.Add(window);
        renewal.Judged(score, isOpen || score >= 1);
        if (!isOpen) renewal.EventClosed();
        if (renewal.IsBlockFull) renewal.Apply(renewal.Settle(isOpen));
    }
}
