using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>What an agent makes of a window.</summary>
/// <param name="Score">Smoothed; 1 is the threshold.</param>
/// <param name="IsOpen">Whether an event is open after it.</param>
internal readonly record struct WindowVerdict(float Score, bool IsOpen);

/// <summary>
/// Judges a machine's windows as the agent would: from the first ones on provisionally, by what it has learned so far.
/// </summary>
internal sealed class MachineJudge(BundleManifest manifest, IWindowModel model)
{
    private readonly DecisionSettings _settings = ManifestSource.Decision(manifest);

    /// <summary>Windows that a machine learns from before it is judged.</summary>
    public int First => manifest.Calibration.Provisional ?? manifest.Calibration.Readings;

    /// <summary>A verdict for each window behind the <see cref="First"/> ones.</summary>
    public WindowVerdict[] Judge(MachineRun run)
    {
        var calibration = new ChannelCalibration(
            CalibratedFeatures.Floors(manifest), manifest.Calibration.Readings, manifest.Calibration.Clip);
        var learning = new ProvisionalLearning(First, calibration);
        for (var w = 0; w < First; w++)
            calibration.Learn(run.Window(w));
        var decision = new DecisionState(_settings.Smooth);
        var verdicts = new WindowVerdict[run.Windows - First];
        var z = new float[run.Width];
        for (var w = 0; w < verdicts.Length; w++)
        {
            if (!calibration.CanApply) calibration.TakeProvisional(widens: false);
            var window = run.Window(First + w);
            calibration.Apply(window, z);
            var score = manifest.Output.Score(model.Raw(z), calibration.IsProvisional ? calibration.Count : null);
            var isOpen = decision.Decide(Math.Max(0, score), _settings);
            verdicts[w] = new WindowVerdict(decision.LastScore, isOpen);
            if (calibration.IsProvisional) Learn(calibration, learning, window, verdicts[w]);
        }
        return verdicts;
    }

    private static void Learn(
        ChannelCalibration calibration, ProvisionalLearning learning, ReadOnlySpan<float> window, WindowVerdict verdict)
    {
        learning.Add(window);
        learning.Judged(verdict.IsOpen || verdict.Score >= 1);
        if (learning.IsBlockFull && learning.Settle(verdict.IsOpen) && !calibration.IsComplete)
            calibration.TakeProvisional(widens: false);
    }
}
