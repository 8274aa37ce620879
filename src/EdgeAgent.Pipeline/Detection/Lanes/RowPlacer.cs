using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>Gives each message its place in its device's time, and counts what became of it. Belongs to one lane.</summary>
/// <param name="counters">What the lane has done.</param>
/// <param name="feed">Holds messages back that come again.</param>
internal sealed class RowPlacer(LaneCounters counters, DetectorFeed feed)
{
    /// <summary>Finds a message's place among what the device sends. One that is put aside is not counted yet.</summary>
    public Arrival Place(DeviceTrack track, long timeTicks, bool mayRepeat, long arrivalTicks, int messageIndex)
    {
        var arrival = track.Clock.Judge(timeTicks, mayRepeat, arrivalTicks);
        switch (arrival)
        {
            case Arrival.Late:
                counters.Filter(FilterReason.Late, track.Device);
                if (mayRepeat) feed.Repeat(messageIndex);
                break;
            case Arrival.Ahead:
                if (mayRepeat) feed.Repeat(messageIndex);
                break;
            case Arrival.Duplicate:
                counters.Filter(FilterReason.Duplicate, track.Device);
                // Its first copy is in the window, but what that caused may still be on its way to safety.
                feed.Repeat(messageIndex);
                break;
            case Arrival.ClockSetBack:
                counters.ClockSetBack++;
                foreach (var detector in track.Detectors)
                    WindowStage.SetBack(detector);
                break;
            case Arrival.Resumed:
                // Windows go on; what waits for other channels is measured by the slip.
                foreach (var detector in track.Detectors)
                    detector.Joiner?.Clear();
                break;
        }
        return arrival;
    }

    /// <summary>
    /// Whether a message is older than what came before it, but not by so much that its clock must be another: it may still bring what
    /// other channels are waiting for.
    /// </summary>
    public static bool IsOlder(DeviceTrack track, long timeTicks, bool mayRepeat)
    {
        var before = track.Clock.Latest;
        return (timeTicks < before || (timeTicks == before && mayRepeat)) && before - timeTicks <= DeviceClock.StepLimitTicks;
    }

    /// <summary>Counts a message that had its place.</summary>
    public void Count(DeviceTrack track, WindowOutcome outcome)
    {
        if (track.Detectors.Length == 0)
            counters.Filter(FilterReason.NoDetector, track.Device);
        else if (outcome == WindowOutcome.KeptOut)
            counters.Filter(FilterReason.Gate, track.Device);
        else if (outcome == WindowOutcome.LacksChannel)
            counters.Filter(FilterReason.LacksChannel, track.Device);
        else
            counters.Windowed++;
    }
}
