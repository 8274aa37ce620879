namespace EdgeAgent.Recordings.Times;

/// <summary>The numbers of a written time while they are gathered.</summary>
internal struct TimeParts
{
    /// <summary>More digits of a second than anybody writes; those behind the seventh are less than a tick.</summary>
    private const int FractionDigits = 16;
    private const int YearLimit = 9998;

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

    /// <summary>False where there is no such day or time of day. The leap second 60 and 24:00:00 begin the next minute and the next day.</summary>
    public readonly bool TryCompose(out WrittenTime time)
    {
        time = default;
        if (Year is < 1 or > YearLimit || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month)) return false;
        if (Hour > 24 || Minute > 59 || Second > 60) return false;
        var clock = Hour * TimeSpan.TicksPerHour + Minute * TimeSpan.TicksPerMinute + Second * TimeSpan.TicksPerSecond + FractionTicks;
        if (Hour == 24 && clock != TimeSpan.TicksPerDay) return false;
        var ticks = new DateTime(Year, Month, Day).Ticks + clock - OffsetMinutes * TimeSpan.TicksPerMinute;
        time = new WrittenTime(ticks, HasZone);
        return ticks >= 0;
    }
}
