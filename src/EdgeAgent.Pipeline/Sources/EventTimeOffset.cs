namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// How far a source's event times lie from the time of arrival. What stays the same for a minute, and is not small, is a wrong clock or
/// a zone that nobody named. The source's loop writes, anyone may read.
/// </summary>
internal sealed class EventTimeOffset
{
    private const int MessagesNeeded = 10;
    private static readonly long PeriodTicks = TimeSpan.FromMinutes(1).Ticks;
    private static readonly long SpreadLimit = TimeSpan.FromMinutes(2).Ticks;
    private static readonly long AheadLimit = TimeSpan.FromMinutes(5).Ticks;
    /// <summary>What is behind may be late for good reasons; zones lie whole quarters of an hour apart.</summary>
    private static readonly long QuarterTicks = TimeSpan.FromMinutes(15).Ticks;
    private static readonly long QuarterTolerance = TimeSpan.FromMinutes(1).Ticks;

    private volatile Period _now = new();
    private volatile Period? _before;

    private sealed class Period
    {
        public long StartTicks, Least = long.MaxValue, Most = long.MinValue;
        public int Messages;
    }

    /// <summary>Takes note of a message that came as it happened.</summary>
    /// <param name="arrivalTicks">When it came.</param>
    /// <param name="eventTicks">Time of its newest reading.</param>
    public void Note(long arrivalTicks, long eventTicks)
    {
        var period = _now;
        if ((ulong)(arrivalTicks - period.StartTicks) >= (ulong)PeriodTicks && period.Messages >= MessagesNeeded)
        {
            _before = period;
            _now = period = new Period();
        }
        if (period.Messages++ == 0) period.StartTicks = arrivalTicks;
        var offset = eventTicks - arrivalTicks;
        period.Least = Math.Min(period.Least, offset);
        period.Most = Math.Max(period.Most, offset);
    }

    /// <summary>
    /// By how much all times are ahead of arrival (above 0) or behind it (below 0), where that is steady and wrong; otherwise 0.
    /// </summary>
    public TimeSpan Steady
    {
        get
        {
            if (_before is not { } before) return TimeSpan.Zero;
            var now = _now;
            var (least, most) = now.Messages == 0
                ? (before.Least, before.Most) : (Math.Min(before.Least, now.Least), Math.Max(before.Most, now.Most));
            if (most - least > SpreadLimit) return TimeSpan.Zero;
            if (least > AheadLimit) return TimeSpan.FromTicks(most);
            var lag = -most;
            var fromQuarter = (lag + QuarterTicks / 2) % QuarterTicks - QuarterTicks / 2;
            return lag >= QuarterTicks - QuarterTolerance && Math.Abs(fromQuarter) <= QuarterTolerance
                ? TimeSpan.FromTicks(most) : TimeSpan.Zero;
        }
    }
}
