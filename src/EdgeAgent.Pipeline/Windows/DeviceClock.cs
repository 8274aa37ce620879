namespace EdgeAgent.Pipeline.Windows;

/// <summary>What a reading's event time says about its place among the device's readings.</summary>
internal enum Arrival
{
    InOrder,
    /// <summary>The broker repeated a message that was taken before.</summary>
    Duplicate,
    /// <summary>Older than a reading already taken.</summary>
    Late,
    /// <summary>So much older that the device's clock must have been set back: its readings start anew.</summary>
    ClockSetBack,
}

/// <summary>Follows the event time of one device.</summary>
internal sealed class DeviceClock
{
    /// <summary>
    /// A step back beyond this is a clock being corrected, not a late reading. Without it one reading from the far
    /// future would make all that follow late for ever.
    /// </summary>
    private static readonly long LatenessLimitTicks = TimeSpan.FromHours(1).Ticks;

    private long _latest;

    public Arrival Judge(long timeTicks, bool redelivered)
    {
        if (timeTicks > _latest || (timeTicks == _latest && !redelivered))
        {
            _latest = timeTicks;
            return Arrival.InOrder;
        }
        if (_latest - timeTicks <= LatenessLimitTicks) return redelivered ? Arrival.Duplicate : Arrival.Late;
        _latest = timeTicks;
        return Arrival.ClockSetBack;
    }
}
