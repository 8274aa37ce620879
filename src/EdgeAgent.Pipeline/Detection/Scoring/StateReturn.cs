using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>Finds out whether a device runs as it did in a known state. Belongs to one stage.</summary>
internal sealed class StateReturn
{
    /// <summary>The calibration of a device for which others are tried.</summary>
    private byte[] _kept = [];

    /// <summary>The state in which the window is most normal is the device's calibration, if it is so in any.</summary>
    /// <param name="track">A device under an open event.</param>
    /// <param name="score">Scores its window by the calibration that it has.</param>
    public bool TryReturn(DetectorTrack track, Func<DetectorTrack, float> score)
    {
        // An event that a rule holds open is not about what the model knows.
        if (track.Renewal?.States is not { Count: > 0 } states || track.Decision.LastScore < 1) return false;
        // A pause has emptied it: there is nothing to ask the model of.
        if (!track.Window.IsFull || track.Scale is { IsComplete: false }) return false;
        if (_kept.Length == 0) _kept = new byte[track.Calibration.SavedBytes];
        track.Calibration.Save(_kept);
        var (best, lowest) = (-1, track.Detector.Bundle.Manifest.Calibration.Renew!.CalmBelow);
        try
        {
            for (var state = 0; state < states.Count; state++)
            {
                track.Renewal.Try(state);
                if (score(track) is var found && found < lowest) (best, lowest) = (state, found);
            }
        }
        finally
        {
            // Blocks alone do not tell it: some were left out, and a spread may be older than they.
            track.Calibration.Load(_kept);
        }
        if (best >= 0) track.Renewal.Return(best);
        return best >= 0;
    }
}
