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
    /// <summary>The last step forward was a slip: readings go on from where the clock stood before it, and so do windows.</summary>
    Resumed,
}

internal static class Arrivals
{
    /// <summary>Whether the message is what the device sends now.</summary>
    public static bool IsTaken(this Arrival arrival) =>
        arrival is Arrival.InOrder or Arrival.Agreed or Arrival.ClockSetBack or Arrival.Resumed;
}

/// <summary>Event time of the latest reading, and of the last one that was out of place, as they are kept.</summary>
internal struct ClockPlace
{
    public long Latest, LastLate, LateRun;
}

/// <summary>What else a clock remembers, as it is kept; all 0 where it is not.</summary>
internal struct ClockMemory
{
    public long FirstOff, FirstOffArrived, Before, Slip, Step, Times;
    public ArrivalOffset Offset;
    public ArrivalPace Pace;
}

/// <summary>A clock's state in a form that can be kept.</summary>
internal struct ClockSnapshot
{
    public ClockPlace Place;
    public ClockMemory Memory;
}

/// <summary>
/// Follows the event time of one device. What is far from the readings before it, and from what its arrival would explain, is
/// believed only when several readings in a row agree: one such time moves nothing, in however many messages the reading comes.
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

    /// <summary>Where the readings before were alike, no more than twice what they differ by, within these bounds.</summary>
    private static readonly long SlipLeastTicks = TimeSpan.FromSeconds(2).Ticks, SlipMostTicks = TimeSpan.FromSeconds(10).Ticks;

    /// <summary>Channels that come apart step back by this at most, again and again, in a run that goes forward all the same.</summary>
    private static readonly long StaggerLimitTicks = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>So many late readings that follow each other in order are a clock set back by less, by summer time for one.</summary>
    private const int NearRunLimit = 30;

    /// <summary>As many that are late by more: stored readings that come between those of now never get so far.</summary>
    private const int FarRunLimit = 5;

    /// <summary>As many that go on from before the last step: it was a slip.</summary>
    private const int ResumeRunLimit = 5;

    private const int AheadRunLimit = 3;

    /// <summary>
    /// So many messages are believed though their time stands still, or they come faster than the device sends: more than a reading
    /// has parts, and than one would put aside.
    /// </summary>
    private const int AnyRunLimit = 300;

    private long _latest;
    private long _lastOff;
    /// <summary>Messages out of place that agree, and how often time went forward among them: parts of a reading have one.</summary>
    private int _run, _times;
    private long _firstOff, _firstOffArrived;
    /// <summary>Where the clock stood before its last unusual step, and where that led.</summary>
    private long _before = long.MaxValue, _slip;
    /// <summary>By how much the last reading in order was ahead of the one before.</summary>
    private long _step;
    private ArrivalOffset _offset;
    private ArrivalPace _pace;

    /// <summary>Where the clock stands, as it is kept through restarts.</summary>
    public ClockSnapshot Snapshot
    {
        get => new()
        {
            Place = new() { Latest = _latest, LastLate = _lastOff, LateRun = _run },
            Memory = new()
            {
                FirstOff = _firstOff, FirstOffArrived = _firstOffArrived, Before = _before, Slip = _slip, Step = _step, Times = _times,
                Offset = _offset, Pace = _pace,
            },
        };
        set
        {
            (_latest, _lastOff, _run) = (value.Place.Latest, value.Place.LastLate, (int)value.Place.LateRun);
            var memory = value.Memory;
            (_firstOff, _firstOffArrived, _slip, _step) = (memory.FirstOff, memory.FirstOffArrived, memory.Slip, memory.Step);
            (_offset, _pace) = (memory.Offset, memory.Pace);
            // What versions before kept says no more than this.
            var isKept = memory.Before != 0;
            (_before, _times) = isKept ? (memory.Before, (int)memory.Times) : (long.MaxValue, _run);
            if (!isKept) _firstOff = _lastOff;
        }
    }

    /// <summary>Event time of the latest reading taken; 0: none yet.</summary>
    public long Latest => _latest;

    /// <summary>By how much the times of the last readings were ahead of their arrival, where that is known.</summary>
    public ref readonly ArrivalOffset Offset => ref _offset;

    /// <summary>Whether the reading that was judged last is the first of those out of place: those before it do not agree.</summary>
    public bool IsFirstOff { get; private set; }

    /// <param name="timeTicks">The reading's event time.</param>
    /// <param name="redelivered">Whether it may have come before.</param>
    /// <param name="arrivalTicks">When it arrived; 0: unknown.</param>
    public Arrival Judge(long timeTicks, bool redelivered, long arrivalTicks = 0)
    {
        IsFirstOff = false;
        if (timeTicks > _latest || (timeTicks == _latest && !redelivered)) return JudgeNewer(timeTicks, redelivered, arrivalTicks);
        var isNear = _latest - timeTicks <= StepLimitTicks;
        if (isNear && redelivered) return Arrival.Duplicate;
        Count(timeTicks, arrivalTicks);
        var resumes = _times >= ResumeRunLimit && _firstOff > _before;
        if (!resumes && !Agree(_run, isNear ? NearRunLimit : FarRunLimit, arrivalTicks)) return Arrival.Late;
        Follow(timeTicks, arrivalTicks, step: 0);
        return resumes ? Arrival.Resumed : Arrival.ClockSetBack;
    }

    private Arrival JudgeNewer(long timeTicks, bool redelivered, long arrivalTicks)
    {
        var step = _latest > 0 ? timeTicks - _latest : 0;
        if (step / UsualSteps <= _step || !IsLeap(timeTicks, arrivalTicks, step))
        {
            NoteStep(timeTicks, step);
            // What the broker repeats arrives later than it did.
            Take(timeTicks, redelivered ? 0 : arrivalTicks, step);
            return Arrival.InOrder;
        }
        var before = _lastOff;
        Count(timeTicks, arrivalTicks);
        if (!Agree(_times, AheadRunLimit, arrivalTicks)) return Arrival.Ahead;
        Follow(timeTicks, arrivalTicks, timeTicks - before);
        return Arrival.Agreed;
    }

    /// <summary>
    /// Whether a step leads ahead of what messages that were missing meanwhile would explain: late a reading may be by any time.
    /// </summary>
    private bool IsLeap(long timeTicks, long arrivalTicks, long step)
    {
        if (arrivalTicks == 0) return step > StepLimitTicks;
        var ahead = timeTicks - arrivalTicks;
        var slip = Math.Clamp(2 * _offset.Spread, SlipLeastTicks, SlipMostTicks);
        if (_offset.IsSteady && step > slip && ahead > _offset.Most + slip) return true;
        // Stored readings come at once: what is still of the past steps as it likes, by less than an hour.
        var usual = step > StepLimitTicks ? _offset.Most : Math.Max(0, _offset.Most);
        return step > AheadLimitTicks && ahead > usual + AheadLimitTicks;
    }

    /// <summary>Remembers where the clock stood before an unusual step, while only parts of that reading came behind it.</summary>
    private void NoteStep(long timeTicks, long step)
    {
        if (step / UsualSteps > _step) (_before, _slip) = (_latest, timeTicks);
        else if (timeTicks - _slip > StaggerLimitTicks) _before = long.MaxValue;
    }

    private void Take(long timeTicks, long arrivalTicks, long step)
    {
        if (arrivalTicks != 0)
        {
            _offset.Note(timeTicks - arrivalTicks);
            // Parts of a reading come at once.
            if (timeTicks != _latest) _pace.Note(arrivalTicks);
        }
        (_latest, _run, _times, _step) = (timeTicks, 0, 0, Math.Max(0, step));
    }

    /// <summary>The device's time is another: what was known of it counts no more.</summary>
    private void Follow(long timeTicks, long arrivalTicks, long step)
    {
        (_offset, _before) = (default, long.MaxValue);
        // While it was not believed, nothing was noted.
        if (arrivalTicks != 0) _pace.GoOn(arrivalTicks);
        Take(timeTicks, arrivalTicks, step);
    }

    /// <summary>Whether so many of those out of place agree as must, and came no faster than the device sends.</summary>
    private bool Agree(int count, int wanted, long arrivalTicks) =>
        _run >= AnyRunLimit
        || (count >= wanted && (arrivalTicks == 0 || _firstOffArrived == 0 || _pace.Allows(wanted, arrivalTicks - _firstOffArrived)));

    /// <summary>Counts how many messages that are out of place, on the same side, agree with each other.</summary>
    private void Count(long timeTicks, long arrivalTicks)
    {
        var isSameSide = _run > 0 && _lastOff < _latest == timeTicks < _latest;
        if (isSameSide && timeTicks < _lastOff && _lastOff - timeTicks <= StaggerLimitTicks) return;
        IsFirstOff = !isSameSide || timeTicks < _lastOff;
        if (IsFirstOff) (_run, _times, _firstOff, _firstOffArrived) = (1, 1, timeTicks, arrivalTicks);
        else (_run, _times) = (_run + 1, timeTicks > _lastOff ? _times + 1 : _times);
        _lastOff = timeTicks;
    }
}
