namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>When the statistics of a window are due that are calibrated themselves.</summary>
internal static class FeatureWindows
{
    /// <summary>
    /// Brings a reading into the device's own level and spread. What moves for the first time while it calibrates is normal, and judged by
    /// its own size; later it is news.
    /// </summary>
    public static void LearnScale(DetectorTrack track)
    {
        if (track.Scale is not { } scale || track.Calibration.IsComplete) return;
        if (scale.IsComplete) scale.LearnFirstStep(track.Reading);
        else scale.Learn(track.Reading);
    }

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
