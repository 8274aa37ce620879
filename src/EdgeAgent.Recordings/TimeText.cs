namespace EdgeAgent.Recordings;

/// <summary>In which order a date's three numbers stand.</summary>
internal enum DateOrder { DayFirst, MonthFirst }

/// <summary>The numbers of a written time, before it is known which of them is the day.</summary>
internal readonly record struct TimeText
{
    private const int LengthLimit = 48;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public bool HasDate { get; private init; }
    public bool HasClock { get; private init; }
    /// <summary>
    /// The first of two numbers of which one is the day, the other the month; 0: the year stands first, or the month is a name.
    /// </summary>
    public int First { get; private init; }
    public int Second { get; private init; }
    /// <summary>Written with dots, which is day first wherever it is used.</summary>
    public bool HasDots { get; private init; }
    private int Year { get; init; }
    private int Month { get; init; }
    private int Day { get; init; }
    private long ClockTicks { get; init; }

    /// <summary>Whether day and month could be exchanged.</summary>
    public bool IsOpen => HasDate && First > 0 && !HasDots;

    public static bool TryRead(ReadOnlySpan<char> cell, out TimeText time)
    {
        time = default;
        if (cell.Length is < 4 or > LengthLimit || !(char.IsAsciiDigit(cell[0]) || char.IsAsciiLetter(cell[0]))) return false;
        var rest = cell;
        var hasDate = TryDate(ref rest, out var date);
        if (!hasDate)
        {
            rest = cell;
            date = default;
        }
        rest = rest.TrimStart(" ,_-");
        if (hasDate && rest is ['T' or 't', ..]) rest = rest[1..];
        if (rest.IsEmpty)
        {
            time = date;
            return hasDate;
        }
        if (!TryClock(rest, compact: hasDate, out var ticks)) return false;
        time = date with { HasClock = true, ClockTicks = ticks };
        return true;
    }

    /// <summary>Ticks, or -1 where there is no such day.</summary>
    public long Ticks(DateOrder order)
    {
        if (!HasDate) return ClockTicks;
        var (day, month) = First == 0 ? (Day, Month) : HasDots || order == DateOrder.DayFirst ? (First, Second) : (Second, First);
        if (Year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(Year, month)) return -1;
        return Math.Max(0, new DateTime(Year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks + ClockTicks);
    }

    private static bool TryDate(ref ReadOnlySpan<char> rest, out TimeText date)
    {
        date = default;
        if (!TryPart(ref rest, out var a, out var aDigits)) return false;
        if (aDigits is 8 or 12 or 14)
        {
            var all = a;
            var tail = (long)Math.Pow(10, aDigits - 8);
            (a, var clock) = (all / tail, all % tail);
            if (aDigits == 12) clock *= 100;
            date = new TimeText { HasDate = true, Year = (int)(a / 10000), Month = (int)(a / 100 % 100), Day = (int)(a % 100) };
            if (aDigits > 8)
            {
                var (hours, minutes, seconds) = (clock / 10000, clock / 100 % 100, clock % 100);
                var ticks = hours * TimeSpan.TicksPerHour + minutes * TimeSpan.TicksPerMinute + seconds * TimeSpan.TicksPerSecond;
                date = date with { HasClock = true, ClockTicks = ticks };
            }
            return date is { Year: > 1900 and < 2200, Month: >= 1 and <= 12, Day: >= 1 and <= 31 };
        }
        if (rest.IsEmpty || rest[0] is not ('-' or '/' or '.' or ' ' or ',')) return false;
        var mark = rest[0];
        rest = rest[1..].TrimStart(' ');
        if (!TryPart(ref rest, out var b, out var bDigits)) return false;
        if (rest.IsEmpty || rest[0] is not ('-' or '/' or '.' or ' ' or ',')) return false;
        if (mark is '-' or '/' or '.' && rest[0] != mark) return false;
        rest = rest[1..].TrimStart(' ');
        if (!TryPart(ref rest, out var c, out var cDigits) || cDigits == 0) return false;
        // Letters count no digits: a month's name.
        if (aDigits == 0 || bDigits == 0)
        {
            if (aDigits == 0 && bDigits == 0) return false;
            var (month, day) = aDigits == 0 ? (a, b) : (b, a);
            date = aDigits == 4
                ? new TimeText { HasDate = true, Year = (int)a, Month = (int)month, Day = (int)c }
                : new TimeText { HasDate = true, Year = FullYear(c, cDigits), Month = (int)month, Day = (int)day };
            return true;
        }
        if (mark is ' ' or ',') return false;
        if (aDigits == 4)
        {
            date = new TimeText { HasDate = true, Year = (int)a, Month = (int)b, Day = (int)c };
            return b is >= 1 and <= 12 && c is >= 1 and <= 31;
        }
        if (cDigits is not (2 or 4) || aDigits > 2 || bDigits > 2 || a is < 1 or > 31 || b is < 1 or > 31) return false;
        date = new TimeText { HasDate = true, First = (int)a, Second = (int)b, Year = FullYear(c, cDigits), HasDots = mark == '.' };
        return true;
    }

    private static int FullYear(long year, int digits) => (int)(digits > 2 ? year : year < 70 ? 2000 + year : 1900 + year);

    /// <summary>A number with its count of digits, or an English month with none.</summary>
    private static bool TryPart(ref ReadOnlySpan<char> rest, out long number, out int digits)
    {
        (number, digits) = (0, 0);
        while (digits < rest.Length && char.IsAsciiDigit(rest[digits]) && digits < 15)
            number = 10 * number + (rest[digits++] - '0');
        if (digits > 0)
        {
            rest = rest[digits..];
            return true;
        }
        var letters = 0;
        while (letters < rest.Length && char.IsAsciiLetter(rest[letters])) letters++;
        if (letters < 3) return false;
        var name = rest[..3].ToString().ToLowerInvariant();
        number = Array.IndexOf(Months, name) + 1;
        rest = rest[letters..];
        return number > 0;
    }

    private static bool TryClock(ReadOnlySpan<char> text, bool compact, out long ticks)
    {
        ticks = 0;
        if (!TryPart(ref text, out var hours, out var digits) || digits == 0) return false;
        long minutes = 0, seconds = 0, fraction = 0;
        if (compact && digits is 4 or 6 && (text.IsEmpty || text[0] != ':'))
        {
            if (digits == 6) (seconds, hours) = (hours % 100, hours / 100);
            (minutes, hours) = (hours % 100, hours / 100);
        }
        else
        {
            if (digits > 2 || text is not [':', ..]) return false;
            text = text[1..];
            if (!TryPart(ref text, out minutes, out digits) || digits is 0 or > 2) return false;
            if (text is [':', ..])
            {
                text = text[1..];
                if (!TryPart(ref text, out seconds, out digits) || digits is 0 or > 2) return false;
            }
        }
        if (text is ['.' or ',' or ':', _, ..] && char.IsAsciiDigit(text[1]))
        {
            text = text[1..];
            long scale = TimeSpan.TicksPerSecond;
            for (; !text.IsEmpty && char.IsAsciiDigit(text[0]); text = text[1..])
                fraction += (scale /= 10) * (text[0] - '0');
        }
        if (hours > 24 || minutes > 59 || seconds > 60) return false;
        if (!TryHalf(ref text, ref hours) || !TryZone(text.Trim(), out var offset)) return false;
        ticks = (hours * 60 + minutes - offset) * TimeSpan.TicksPerMinute + seconds * TimeSpan.TicksPerSecond + fraction;
        return true;
    }

    private static bool TryHalf(ref ReadOnlySpan<char> text, ref long hours)
    {
        var half = text.TrimStart();
        if (half.Length < 2 || half[1] is not ('M' or 'm') || half[0] is not ('A' or 'a' or 'P' or 'p')) return true;
        if (hours is < 1 or > 12) return false;
        hours = hours % 12 + (half[0] is 'P' or 'p' ? 12 : 0);
        text = half[2..];
        return true;
    }

    private static bool TryZone(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || text is "Z" or "z" or "UTC" or "GMT") return true;
        // mosquitto_sub writes Z+0100 for an hour east of Greenwich.
        if (text is ['Z', _, ..]) text = text[1..];
        if (text[0] is not ('+' or '-')) return false;
        var digits = text[1..].ToString().Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is not (2 or 4)) return false;
        if (!int.TryParse(digits, System.Globalization.NumberStyles.None, null, out var number)) return false;
        minutes = (digits.Length == 2 ? number * 60 : number / 100 * 60 + number % 100) * (text[0] == '-' ? -1 : 1);
        return Math.Abs(minutes) <= 14 * 60;
    }
}
