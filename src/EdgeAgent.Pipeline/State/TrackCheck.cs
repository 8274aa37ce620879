using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// Whether what was read from a file can have come to be by readings. Check sums find what was damaged; this finds what
/// was written wrongly, so that no number of it ends a lane or keeps a device from ever being judged rightly again.
/// </summary>
internal static class TrackCheck
{
    public static bool IsPossible(DetectorTrack track) =>
        HasPossibleCalibration(track) && HasPossibleWindow(track) && track.Decision.IsPossible
        && track.Lasting?.IsPossible != false && track.EventRate.IsPossible
        && track.Provisional?.IsPossible != false && track.Joiner?.IsPossible != false;

    public static bool HasPossibleCalibration(DetectorTrack track) => track.Calibration.IsPossible && track.Renewal?.IsPossible != false
        && track.Threshold?.IsPossible != false && HasPossibleScale(track);

    /// <summary>Features are learned of readings brought to scale, so that was known before.</summary>
    private static bool HasPossibleScale(DetectorTrack track) =>
        track.Scale is not { } scale || (scale.IsPossible && (scale.IsComplete || track.Calibration.Count == 0));

    private static bool HasPossibleWindow(DetectorTrack track)
    {
        if (track is { Calibration.IsProvisional: true, Provisional: null }) return false;
        if (track.SinceJudged < 0 || track.SinceJudged >= track.Detector.Bundle.Manifest.Window.Stride) return false;
        // A channel that was never seen is no number; no sensor sends an infinite one.
        if (Array.Exists(track.LastValues, float.IsInfinity) || Array.Exists(track.MissingFor, m => m < 0)) return false;
        for (var row = 0; row < track.Window.Count; row++)
            foreach (var value in track.Window.Raw(row))
                if (!float.IsFinite(value))
                    return false;
        return true;
    }
}
