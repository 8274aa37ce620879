using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>States that a device may be set back to.</summary>
internal sealed partial class InferenceStage
{
    /// <summary>
    /// Asks the model whether the window of a device under an open event is normal for a state that it knows; the one for which it is most
    /// so is its calibration then. All that waits must have been judged.
    /// </summary>
    public bool TryReturn(DetectorTrack track)
    {
        // An event that a rule holds open is not about what the model knows.
        if (track.Renewal?.States is not { Count: > 0 } states || Outage.IsOut || track.Decision.LastScore < 1) return false;
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
            TakeFailure(e, 0);
        }
        if (best < 0) track.Renewal.GoOn();
        else track.Renewal.Return(best);
        return best >= 0;
    }
}
