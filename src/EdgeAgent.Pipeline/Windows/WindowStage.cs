using EdgeAgent.Pipeline.Decode;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Windows;

/// <summary>What became of a reading in one detector's window.</summary>
internal enum WindowOutcome
{
    /// <summary>Taken in; no judgement is due.</summary>
    Held,
    /// <summary>Taken in, and the window is ready to be judged.</summary>
    Ready,
    /// <summary>Not taken in: the device has never sent a channel that the model needs.</summary>
    LacksChannel,
}

/// <summary>Takes readings into windows, first as they are until the device is calibrated, then as z. Runs on its lane.</summary>
internal sealed partial class WindowStage(ILogger logger)
{
    /// <param name="track">The device under a detector.</param>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="values">The reading, by position in <paramref name="channels"/>; NaN where missing.</param>
    /// <param name="channels">What the positions mean.</param>
    public WindowOutcome Take(DetectorTrack track, long timeTicks, ReadOnlySpan<float> values, ChannelTable channels)
    {
        if (!TryFill(track, values, channels)) return WindowOutcome.LacksChannel;
        var gapLimit = track.Detector.Settings.GapLimitTicks;
        if (gapLimit > 0 && track.Window.Count > 0 && timeTicks - track.LastTicks > gapLimit) StartAnew(track);
        track.LastTicks = timeTicks;

        var isCalibrated = track.Calibration.IsComplete;
        if (isCalibrated)
            track.Calibration.Apply(track.LastValues, track.Window.NextRow);
        else
            track.LastValues.CopyTo(track.Window.NextRow);
        track.Window.Push();
        if (!isCalibrated)
        {
            Learn(track);
            return WindowOutcome.Held;
        }
        if (!track.Window.IsFull || ++track.SinceJudged < track.Detector.Bundle.Manifest.Window.Stride) return WindowOutcome.Held;
        track.SinceJudged = 0;
        return WindowOutcome.Ready;
    }

    /// <summary>Forgets the window, keeps what was learned of the device.</summary>
    public static void StartAnew(DetectorTrack track)
    {
        track.Window.Clear();
        track.SinceJudged = 0;
        // Judgements of the batch in hand may still be due, so the streak is broken when the next one after them is decided.
        track.StartsAnew = true;
    }

    /// <summary>Forgets what was learned of the device, too: its next readings are taken for normal.</summary>
    public static void LearnAnew(DetectorTrack track)
    {
        StartAnew(track);
        track.Calibration.Reset();
    }

    private void Learn(DetectorTrack track)
    {
        track.Calibration.Learn(track.LastValues);
        if (!track.Calibration.IsComplete) return;
        Recalibrate(track);
        DeviceCalibrated(track.Device.Name, track.Detector.Options.Name, track.Calibration.Count);
    }

    private static void Recalibrate(DetectorTrack track) => track.Window.Rewrite(row => track.Calibration.Apply(row, row));

    /// <summary>Brings the model's channels into its order; a missing value stays at its last known one.</summary>
    private bool TryFill(DetectorTrack track, ReadOnlySpan<float> values, ChannelTable channels)
    {
        var positions = track.Detector.Positions(channels);
        var isComplete = true;
        for (var c = 0; c < positions.Length; c++)
        {
            var position = positions[c];
            if (position >= 0 && position < values.Length && !float.IsNaN(values[position]))
                track.LastValues[c] = values[position];
            isComplete &= !float.IsNaN(track.LastValues[c]);
        }
        if (!isComplete && !track.MissingTold) TellMissing(track, channels);
        return isComplete;
    }

    // Apart from its caller, whose every call would otherwise allocate the closure below.
    private void TellMissing(DetectorTrack track, ChannelTable channels)
    {
        track.MissingTold = true;
        var missing = track.Detector.Bundle.ChannelNames.Where((_, c) => float.IsNaN(track.LastValues[c]));
        DeviceLacksChannels(track.Device.Name, string.Join(", ", missing), track.Detector.Options.Name, string.Join(", ", channels.Names));
    }

    [LoggerMessage(LogLevel.Information, "{Device} calibrated for {Detector} on its first {Readings} readings")]
    private partial void DeviceCalibrated(string device, string detector, int readings);

    [LoggerMessage(LogLevel.Warning, "{Device} lacks {Missing}, which the model of {Detector} needs, so it is not judged; it sends {Channels}. Correct the source's channels or the sensor")]
    private partial void DeviceLacksChannels(string device, string missing, string detector, string channels);
}
