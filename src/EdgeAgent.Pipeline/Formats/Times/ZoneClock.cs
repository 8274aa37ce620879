using System.Security;

namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>
/// Turns what the wall clock of a zone shows into UTC. Asks the system once a year of the readings and remembers when the
/// clock changes; without allocating then. Belongs to a source's loop.
/// </summary>
internal sealed class ZoneClock
{
    /// <summary>As many as any year of any zone has, and to spare: Morocco changes four times.</summary>
    private const int ChangesLimit = 8;
    private const int YearSlots = 4;
    /// <summary>A year at both ends of what .NET calls time has no year before or after it.</summary>
    private const long EdgeTicks = 800 * TimeSpan.TicksPerDay;

    private readonly TimeZoneInfo _zone;
    private readonly Year[] _years = new Year[YearSlots];
    // Between two changes of the clock all is one subtraction.
    private long _from, _to, _offset;

    private ZoneClock(TimeZoneInfo zone)
    {
        _zone = zone;
        for (var i = 0; i < YearSlots; i++)
            _years[i] = new Year();
    }

    /// <summary>The clock of an IANA zone; null where this system does not know it.</summary>
    public static ZoneClock? Find(string name)
    {
        if (!IsName(name)) return null;
        try
        {
            return new ZoneClock(TimeZoneInfo.FindSystemTimeZoneById(name));
        }
        catch (Exception e) when (
            e is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>UTC of a wall clock's time. A time that the spring skips is taken as if the clock had not been put forward yet.</summary>
    public EventMoment ToUtc(long localTicks)
    {
        if (localTicks >= _from && localTicks < _to) return new EventMoment(localTicks - _offset);
        var isAtEndOfTime = localTicks < EdgeTicks || localTicks > DateTime.MaxValue.Ticks - EdgeTicks;
        return isAtEndOfTime ? new EventMoment(localTicks) : Look(localTicks);
    }

    private EventMoment Look(long localTicks)
    {
        var number = new DateTime(localTicks).Year;
        var year = _years[number % YearSlots];
        if (year.Number != number) year.Read(_zone, number);
        var (from, offset) = (year.Start, year.FirstOffset);
        for (var i = 0; i < year.Count; i++)
        {
            var (at, after) = year.Changes[i];
            var (shownBefore, shownAfter) = (at + offset, at + after);
            var to = Math.Min(shownBefore, shownAfter);
            if (localTicks < to) return Remember(from, to, offset, localTicks);
            if (localTicks < shownAfter) return new EventMoment(localTicks - offset);
            if (localTicks < shownBefore) return new EventMoment(localTicks - offset, localTicks - after);
            (from, offset) = (Math.Max(shownBefore, shownAfter), after);
        }
        return Remember(from, year.End, offset, localTicks);
    }

    private EventMoment Remember(long from, long to, long offset, long localTicks)
    {
        (_from, _to, _offset) = (from, to, offset);
        return new EventMoment(localTicks - offset);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and < 64 && char.IsAsciiLetter(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');

    /// <summary>When a zone's clocks change in one year of the wall clock.</summary>
    private sealed class Year
    {
        // A zone is at most 14 hours from UTC.
        private const int MarginDays = 2;

        public readonly (long Utc, long OffsetAfter)[] Changes = new (long, long)[ChangesLimit];
        public int Number { get; private set; }
        public int Count { get; private set; }
        public long FirstOffset { get; private set; }
        /// <summary>The year's first moment by the wall clock.</summary>
        public long Start { get; private set; }
        /// <summary>The next year's.</summary>
        public long End { get; private set; }

        /// <summary>Looks at every day, and finds the second in those that end with another offset than they began with.</summary>
        public void Read(TimeZoneInfo zone, int number)
        {
            (Number, Count) = (number, 0);
            (Start, End) = (new DateTime(number, 1, 1).Ticks, new DateTime(number + 1, 1, 1).Ticks);
            var (day, end) = (Start - MarginDays * TimeSpan.TicksPerDay, End + MarginDays * TimeSpan.TicksPerDay);
            var offset = FirstOffset = OffsetAt(zone, day);
            for (; day < end && Count < ChangesLimit; day += TimeSpan.TicksPerDay)
            {
                var next = OffsetAt(zone, day + TimeSpan.TicksPerDay);
                if (next == offset) continue;
                Changes[Count++] = (Find(zone, day, offset), next);
                offset = next;
            }
        }

        private static long Find(TimeZoneInfo zone, long day, long offset)
        {
            long before = 0, after = TimeSpan.TicksPerDay / TimeSpan.TicksPerSecond;
            while (after - before > 1)
            {
                var middle = (before + after) / 2;
                if (OffsetAt(zone, day + middle * TimeSpan.TicksPerSecond) == offset) before = middle;
                else after = middle;
            }
            return day + after * TimeSpan.TicksPerSecond;
        }

        private static long OffsetAt(TimeZoneInfo zone, long utcTicks) =>
            zone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;
    }
}
