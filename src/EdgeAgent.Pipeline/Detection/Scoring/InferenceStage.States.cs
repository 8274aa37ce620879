using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Pipeline.Detection.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>States that a device may be set back to.</summary>
internal sealed partial class InferenceStage
{
    /// <summary>The calibration of a device for which others are tried.</summary>
    private float[] _kept = [];

    /// <summary>
    /// Asks the model whether the window of a device under an open event is normal for a state that it knows; the one for which it is most
    /// so is its calibration then. All that waits must have been judged.
    /// </summary>
    public bool TryReturn(DetectorTrack track)
    {
        // An event that a rule holds open is not about what the model knows.
        if (track.Renewal?.States is not { Count: > 0 } states || Outage.IsOut || track.Decision.LastScore < 1) return false;
        if (_kept.Length == 0) _kept = new float[track.Calibration.KeptNumbers];
        var count = track.Calibration.Keep(_kept);
        var (best, lowest) = (-1, track.Detector.Bundle.Manifest.Calibration.Renew!.CalmBelow);
        try
        {
            for (var state = 0; state < states.Count; state++)
            {
                track.Renewal.Try(state);
                WriteInput(track);
                _runner.Run(1);
                var raw = RawOutput.Of(_output, _runner.Input(0), _runner.Output(0));
                if (ScoreOf(track, raw) is var score && score < lowest) (best, lowest) = (state, score);
            }
        }
        catch (ModelRunException e)
        {
            best = -1;
            TakeNotTold(track, e);
        }
        if (best < 0) track.Calibration.PutBack(_kept, count);
        else track.Renewal.Return(best);
        return best >= 0;
    }

    private void TakeNotTold(DetectorTrack track, ModelRunException e)
    {
        if (e is RunOverdueException)
        {
            TakeFailure(e, 0);
            return;
        }
        track.Detector.Counters.CountFailure(e.Message);
        if (_failures.TryTake(Environment.TickCount64 * TimeSpan.TicksPerMillisecond))
            StateNotTold(ModelName, track.Device.Name, e.Message);
    }

    [LoggerMessage(LogLevel.Error,
        "model {Model}: whether {Device} runs as it did in a known state cannot be told: {Failure}. Its event stays open; asked again with "
            + "its next block of readings")]
    private partial void StateNotTold(string model, string device, string failure);
}
