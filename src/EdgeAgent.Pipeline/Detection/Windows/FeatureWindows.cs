namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>When the statistics of a window are due that are calibrated themselves.</summary>
internal static class FeatureWindows
{
    /// <summary>As soon as the window is full, so that a burst just as long as the window counts, and then every stride.</summary>
    public static bool IsDue(DetectorTrack track)
    {
        var stride = track.Detector.Bundle.Manifest.Window.Stride;
        if (!track.Window.IsFull || track.Scale is { IsComplete: false })
        {
            track.SinceJudged = stride - 1;
            return false;
        }
        if (++track.SinceJudged < stride) return false;
        track.SinceJudged = 0;
        return true;
    }
}
