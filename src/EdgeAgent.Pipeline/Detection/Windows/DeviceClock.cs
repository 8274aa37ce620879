namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>What a reading's event time says about its place among the device's readings.</summary>
internal enum Arrival
{
    InOrder,
    /// <summary>The broker repeated a message that was taken before.</summary>
    Duplicate,
    /// <summary>Older than a reading already taken.</summary>
    Late,
    /// <summary>So far ahead of all others, and of its arrival, that it is not believed before more agree with it.</summary>
    Ahead,
    /// <summary>So many agree on an older time that the device's clock must have been set back: its readings start anew.</summary>
    ClockSetBack,
}

/// <summary>
/// A clock's state in a form that can be kept: event time of the latest reading, and of the last one that was out of place.
/// </summary>
internal struct ClockSnapshot
{
    public long Latest, LastLate, LateRun;
}

/// <summary>Follows the event time of one device.</summary>
internal sealed class DeviceClock
{
    /// <summary>
    /// A step beyond this, forward or back, is a clock being corrected, stored readings or nonsense; which of them, only several
    /// readings tell.
    /// </summary>
    public static readonly long StepLimitTicks = TimeSpan.FromHours(1).Ticks;

    /// <summary>A time is plausible as long as the device's clock runs ahead of ours by no more than this.</summary>
    private static readonly long AheadLimitTicks = TimeSpan.FromMinutes(5).Ticks;

    /// <summary>Channels that come apart step back by this at most, again and again, in a run that goes forward all the same.</summary>
    private static readonly long StaggerLimitTicks = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>So many late readings that follow each other in order are a clock set back by less, by summer time for one.</summary>
    private const int NearRunLimit = 30;

    /// <summary>As many that are late by more: stored readings that come between those of now never get so far.</summary>
    private const int FarRunLimit = 5;

    private const int AheadRunLimit = 3;

    private long _latest;
    private long _lastOff;
    private int _run;

    /// <summary>Where the clock stands, as it is kept through restarts.</summary>
    public ClockSnapshot Snapshot
    {
        get => new() { Latest = _latest, LastLate = _lastOff, LateRun = _run };
        set => (_latest, _lastOff, _run) = (value.Latest, value.LastLate, (int)value.LateRun);
    }

    /// <summary>Event time of the latest reading taken; 0: none yet.</summary>
    public long Latest => _latest;

    /// <param name="timeTicks">The reading's event time.</param>
    /// <param name="redelivered">Whether it may have come before.</param>
    /// <param name="arrivalTicks">When it arrived; 0: unknown.</param>
    public Arrival Judge(long timeTicks, bool redelivered, long arrivalTicks = 0)
    {
        if (timeTicks > _latest || (timeTicks == _latest && !redelivered)) return JudgeNewer(timeTicks, arrivalTicks);
        var isNear = _latest - timeTicks <= StepLimitTicks;
        if (isNear && redelivered) return Arrival.Duplicate;
        Count(timeTicks);
        if (_run < (isNear ? NearRunLimit : FarRunLimit)) return Arrival.Late;
        Take(timeTicks);
        return Arrival.ClockSetBack;
    }

    private Arrival JudgeNewer(long timeTicks, long arrivalTicks)
    {
        var isLeap = _latest > 0 && timeTicks - _latest > StepLimitTicks;
        if (!isLeap || arrivalTicks == 0 || timeTicks - arrivalTicks <= AheadLimitTicks)
        {
            Take(timeTicks);
            return Arrival.InOrder;
        }
        Count(timeTicks);
        if (_run < AheadRunLimit) return Arrival.Ahead;
        // The run goes on: a device that always reports so far apart is believed from now on.
        (_latest, _lastOff) = (timeTicks, timeTicks);
        return Arrival.InOrder;
    }

    private void Take(long timeTicks) => (_latest, _run) = (timeTicks, 0);

    /// <summary>Counts how many readings that are out of place, on the same side, agree with each other.</summary>
    private void Count(long timeTicks)
    {
        var isSameSide = _run > 0 && _lastOff < _latest == timeTicks < _latest;
        if (isSameSide && timeTicks < _lastOff && _lastOff - timeTicks <= StaggerLimitTicks) return;
        _run = isSameSide && timeTicks >= _lastOff ? _run + 1 : 1;
        _lastOff = timeTicks;
    }
}
