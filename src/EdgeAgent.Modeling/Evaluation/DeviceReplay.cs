using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What a device made of a reading behind its calibration.</summary>
/// <param name="Output">The raw number of its window: the model's output, or the error of its reconstruction.</param>
/// <param name="IsOpen">Whether an event is open after it.</param>
internal readonly record struct Verdict(float Output, bool IsOpen);

/// <summary>Judges a recording as a device would: calibrates on its first readings, judges each later one, renews.</summary>
internal sealed class DeviceReplay(BundleManifest manifest, ModelProto model) : IDisposable
{
    private readonly WindowJudge _judge = new(manifest, model);
    private readonly WindowInput _input = new(manifest);
    private readonly int _channels = manifest.Channels.Count;

    /// <summary>A verdict for each row behind the calibration.</summary>
    /// <exception cref="ModelingException">The recording ends before the calibration does.</exception>
    public bool[] Judge(Recording recording) => [.. Run(recording, 0, recording.Rows).Select(v => v.IsOpen)];

    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <param name="end">Row behind the last.</param>
    /// <exception cref="ModelingException">The rows end before the calibration does.</exception>
    public List<Verdict> Run(Recording recording, int start, int end)
    {
        var readings = manifest.Calibration.Readings;
        if (end - start <= readings)
            throw new ModelingException($"{recording.Name}:{Recording.LineOf(end - 1)}: the recording ends after {end - start} readings; {readings} are for calibration and none is left to judge");
        var calibration = Calibrated.Learn(manifest, recording, start);
        var renewal = manifest.Calibration.Renew is { } renew ? new CalibrationRenewal(renew, calibration) : null;
        renewal?.Begin();
        var decision = new DecisionState(manifest.Decision);
        var verdicts = new List<Verdict>(end - start - readings);
        for (var r = start + readings; r < end; r++)
        {
            var output = Output(recording, start, r, calibration);
            renewal?.Add(recording.Row(r));
            verdicts.Add(new Verdict(output, Decide(decision, _judge.Score(output), renewal)));
        }
        return verdicts;
    }

    public void Dispose() => _judge.Dispose();

    /// <summary>The order is the agent's: judged first, then a full block of readings is learned or not.</summary>
    private static bool Decide(DecisionState decision, float score, CalibrationRenewal? renewal)
    {
        var wasOpen = decision.IsOpen;
        var isOpen = decision.Take(score);
        if (renewal is null) return isOpen;
        renewal.Judged(score, isAnomalous: wasOpen || score >= 1);
        if (wasOpen && !isOpen) renewal.EventClosed();
        if (!renewal.IsBlockFull) return isOpen;
        var outcome = renewal.Settle(isOpen);
        renewal.Apply(outcome);
        if (outcome != RenewalOutcome.Adopted) return isOpen;
        decision.Close();
        return false;
    }

    private float Output(Recording recording, int start, int row, ChannelCalibration calibration)
    {
        // A window longer than the calibration reaches back to the first reading, which stands for those before it.
        var z = new float[manifest.Window.Length * _channels];
        for (var i = 0; i < manifest.Window.Length; i++)
            calibration.Apply(recording.Row(Math.Max(start, row - manifest.Window.Length + 1 + i)), z.AsSpan(i * _channels, _channels));
        var input = new float[_input.Length];
        _input.Write(z, input);
        return _judge.Raw(new WindowSet(input, _input.Shape))[0];
    }
}
