namespace EdgeAgent.Recordings.Times;

/// <summary>The numbers of a written time while they are gathered.</summary>
internal struct TimeParts
{
    /// <summary>More digits of a second than anybody writes; those behind the seventh are less than a tick.</summary>
    private const int FractionDigits = 16;
    private const int YearLimit = 9998;
    private const int DaysToMarch = 306;

    public int Year, Month, Day, Hour, Minute, Second, OffsetMinutes;
    public long FractionTicks;
    public bool HasZone;

    /// <summary>The digits of a part of a second.</summary>
    public bool TryFraction(ref AsciiCursor text, int least = 1, int most = FractionDigits)
    {
        var (digits, scale) = (0, TimeSpan.TicksPerSecond);
        for (; digits < most && text.StartsWithDigit; digits++)
        {
            FractionTicks += (scale /= 10) * (text.Next - '0');
            text.Skip(1);
        }
        return digits >= least;
    }

    /// <summary>Moves an hour of twelve to its half of the day.</summary>
    public bool TryHalf(bool isAfternoon)
    {
        if (Hour is < 1 or > 12) return false;
        Hour = Hour % 12 + (isAfternoon ? 12 : 0);
        return true;
    }

    /// <summary>Two digits stand for 1970 to 2069.</summary>
    public static int FullYear(int twoDigits) => twoDigits < 70 ? 2000 + twoDigits : 1900 + twoDigits;

    /// <summary>False where there is no such day or time of day. Second 60 begins the next minute, 24:00:00 the next day.</summary>
    public readonly bool TryCompose(out WrittenTime time)
    {
        time = default;
        if (!IsDate(Year, Month, Day) || Hour > 24 || Minute > 59 || Second > 60) return false;
        if (Hour == 24 && (Minute | Second) + FractionTicks != 0) return false;
        var ticks = Ticks(Year, Month, Day, Hour, Minute, Second) + FractionTicks - OffsetMinutes * TimeSpan.TicksPerMinute;
        time = new WrittenTime(ticks, HasZone);
        return ticks >= 0;
    }

    public static bool IsDate(int year, int month, int day) =>
        year is >= 1 and <= YearLimit && month is >= 1 and <= 12 && day >= 1 && (day <= 28 || day <= DateTime.DaysInMonth(year, month));

    /// <summary>Of numbers that were checked; <see cref="DateTime"/> would check them again.</summary>
    public static long Ticks(int year, int month, int day, int hour, int minute, int second)
    {
        // Years that begin in March have the odd day at their end, and months of 153 days in five.
        var (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9);
        var days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - DaysToMarch - 1;
        return ((days * 24L + hour) * 60 + minute) * TimeSpan.TicksPerMinute + second * TimeSpan.TicksPerSecond;
    }
}
