namespace EdgeAgent.Pipeline.Detection.Windows;

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

/// <summary>A clock's state in a form that can be kept: event time of the latest reading, and of the last late ones.</summary>
internal struct ClockSnapshot
{
    public long Latest, LastLate, LateRun;
}

/// <summary>Follows the event time of one device.</summary>
internal sealed class DeviceClock
{
    /// <summary>
    /// A step back beyond this is a clock being corrected, not a late reading. Without it one reading from the far
    /// future would make all that follow late for ever.
    /// </summary>
    private static readonly long LatenessLimitTicks = TimeSpan.FromHours(1).Ticks;

    /// <summary>So many late readings that follow each other in order are a clock set back by less, by summer time for one.</summary>
    private const int LateRunLimit = 30;

    private long _latest;
    private long _lastLate;
    private int _lateRun;

    /// <summary>Where the clock stands, as it is kept through restarts.</summary>
    public ClockSnapshot Snapshot
    {
        get => new() { Latest = _latest, LastLate = _lastLate, LateRun = _lateRun };
        set => (_latest, _lastLate, _lateRun) = (value.Latest, value.LastLate, (int)value.LateRun);
    }

    /// <summary>Event time of the latest reading taken; 0: none yet.</summary>
    public long Latest => _latest;

    public Arrival Judge(long timeTicks, bool redelivered)
    {
        if (timeTicks > _latest || (timeTicks == _latest && !redelivered))
        {
            _latest = timeTicks;
            _lateRun = 0;
            return Arrival.InOrder;
        }
        var isNear = _latest - timeTicks <= LatenessLimitTicks;
        if (isNear && redelivered) return Arrival.Duplicate;
        _lateRun = timeTicks > _lastLate ? _lateRun + 1 : 1;
        _lastLate = timeTicks;
        if (isNear && _lateRun < LateRunLimit) return Arrival.Late;
        _latest = timeTicks;
        _lateRun = 0;
        return Arrival.ClockSetBack;
    }
}
