using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>Gives each message its place in its device's time, and counts what became of it. Belongs to one lane.</summary>
/// <param name="counters">What the lane has done.</param>
/// <param name="feed">Holds messages back that come again.</param>
internal sealed class RowPlacer(LaneCounters counters, DetectorFeed feed)
{
    /// <summary>Whether a message is to be taken as what the device sends now.</summary>
    public bool TryPlace(DeviceTrack track, long timeTicks, bool mayRepeat, long arrivalTicks, int messageIndex)
    {
        switch (track.Clock.Judge(timeTicks, mayRepeat, arrivalTicks))
        {
            case Arrival.Late or Arrival.Ahead:
                counters.Filter(FilterReason.Late, track.Device);
                if (mayRepeat) feed.Repeat(messageIndex);
                return false;
            case Arrival.Duplicate:
                counters.Filter(FilterReason.Duplicate, track.Device);
                // Its first copy is in the window, but what that caused may still be on its way to safety.
                feed.Repeat(messageIndex);
                return false;
            case Arrival.ClockSetBack:
                counters.ClockSetBack++;
                foreach (var detector in track.Detectors)
                    WindowStage.SetBack(detector);
                return true;
            default:
                return true;
        }
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
