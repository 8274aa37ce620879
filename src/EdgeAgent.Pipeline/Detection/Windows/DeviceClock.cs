namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>What a reading's event time says about its place among the device's readings.</summary>
internal enum Arrival
{
    InOrder,
    /// <summary>The broker repeated a message that was taken before.</summary>
    Duplicate,
    /// <summary>Older than a reading already taken.</summary>
    Late,
    /// <summary>So far ahead of all others, and not for want of messages, that it is put aside until more agree with it.</summary>
    Ahead,
    /// <summary>So many agree on a time far ahead that it is the device's: take this one, and before it those put aside.</summary>
    Agreed,
    /// <summary>So many agree on an older time that the device's clock must have been set back: its readings start anew.</summary>
    ClockSetBack,
}

internal static class Arrivals
{
    /// <summary>Whether the message is what the device sends now.</summary>
    public static bool IsTaken(this Arrival arrival) => arrival is Arrival.InOrder or Arrival.Agreed or Arrival.ClockSetBack;
}

/// <summary>
/// A clock's state in a form that can be kept: event time of the latest reading, and of the last one that was out of place.
/// </summary>
internal struct ClockSnapshot
{
    public long Latest, LastLate, LateRun;
}

/// <summary>
/// Follows the event time of one device. What is further than <see cref="StepLimitTicks"/> from the readings before it, and from what
/// its arrival would explain, is believed only when several readings in a row agree: one such time moves nothing.
/// </summary>
internal sealed class DeviceClock
{
    /// <summary>
    /// A step beyond this, forward or back, is a clock being corrected, stored readings or nonsense; which of them, only several
    /// readings tell.
    /// </summary>
    public static readonly long StepLimitTicks = TimeSpan.FromHours(1).Ticks;

    /// <summary>A device that sends once in hours steps forward so: a step of up to so many times the one before is usual.</summary>
    private const int UsualSteps = 4;

    /// <summary>A pause explains a step that leaves the device's time no more than this further ahead of its arrival.</summary>
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
    /// <summary>By how much the last reading in order was ahead of the one before, and of its arrival; 0 after a restart.</summary>
    private long _step;
    private long _offset;

    /// <summary>Where the clock stands, as it is kept through restarts.</summary>
    public ClockSnapshot Snapshot
    {
        get => new() { Latest = _latest, LastLate = _lastOff, LateRun = _run };
        set => (_latest, _lastOff, _run) = (value.Latest, value.LastLate, (int)value.LateRun);
    }

    /// <summary>Event time of the latest reading taken; 0: none yet.</summary>
    public long Latest => _latest;

    /// <summary>Whether the reading that was judged last is the first of those out of place: those before it do not agree.</summary>
    public bool IsFirstOff => _run == 1;

    /// <param name="timeTicks">The reading's event time.</param>
    /// <param name="redelivered">Whether it may have come before.</param>
    /// <param name="arrivalTicks">When it arrived; 0: unknown.</param>
    public Arrival Judge(long timeTicks, bool redelivered, long arrivalTicks = 0)
    {
        if (timeTicks > _latest || (timeTicks == _latest && !redelivered)) return JudgeNewer(timeTicks, redelivered, arrivalTicks);
        var isNear = _latest - timeTicks <= StepLimitTicks;
        if (isNear && redelivered) return Arrival.Duplicate;
        Count(timeTicks);
        if (_run < (isNear ? NearRunLimit : FarRunLimit)) return Arrival.Late;
        Take(timeTicks, arrivalTicks, step: 0);
        return Arrival.ClockSetBack;
    }

    private Arrival JudgeNewer(long timeTicks, bool redelivered, long arrivalTicks)
    {
        var step = _latest > 0 ? timeTicks - _latest : 0;
        if (!IsLeap(step) || IsExplained(timeTicks, arrivalTicks))
        {
            // What the broker repeats arrives later than it did.
            Take(timeTicks, redelivered ? 0 : arrivalTicks, step);
            return Arrival.InOrder;
        }
        var before = _lastOff;
        Count(timeTicks);
        if (_run < AheadRunLimit) return Arrival.Ahead;
        Take(timeTicks, arrivalTicks, timeTicks - before);
        return Arrival.Agreed;
    }

    private bool IsLeap(long step) => step > StepLimitTicks && step / UsualSteps > _step;

    /// <summary>Whether messages were missing for as long as the device's time went on: late it may be by any time.</summary>
    private bool IsExplained(long timeTicks, long arrivalTicks) =>
        arrivalTicks != 0 && timeTicks - arrivalTicks <= _offset + AheadLimitTicks;

    private void Take(long timeTicks, long arrivalTicks, long step)
    {
        (_latest, _run, _step) = (timeTicks, 0, Math.Max(0, step));
        if (arrivalTicks != 0) _offset = timeTicks - arrivalTicks;
    }

    /// <summary>Counts how many readings that are out of place, on the same side, agree with each other.</summary>
    private void Count(long timeTicks)
    {
        var isSameSide = _run > 0 && _lastOff < _latest == timeTicks < _latest;
        if (isSameSide && timeTicks < _lastOff && _lastOff - timeTicks <= StaggerLimitTicks) return;
        _run = isSameSide && timeTicks >= _lastOff ? _run + 1 : 1;
        _lastOff = timeTicks;
    }
}
