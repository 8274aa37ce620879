using EdgeAgent.Recordings.Times;

namespace EdgeAgent.Recordings;

/// <summary>In which order a date's three numbers stand.</summary>
internal enum DateOrder { DayFirst, MonthFirst, YearFirst }

/// <summary>The numbers of a written time, before it is known which of them is the day.</summary>
internal readonly record struct TimeText
{
    private const int LengthLimit = 80;

    public bool HasDate { get; private init; }
    public bool HasClock { get; private init; }
    /// <summary>
    /// The first of two numbers of which one is the day, the other the month; 0: the year stands first, or the month is a name.
    /// </summary>
    public int First { get; private init; }
    public int Second { get; private init; }
    /// <summary>Written with dots, which is day first wherever it is used.</summary>
    public bool HasDots { get; private init; }
    /// <summary>Written with slashes; hardly anyone writes a year of two digits before one.</summary>
    public bool HasSlashes { get; private init; }
    /// <summary>Whether its year has two digits and may as well stand first: 24-04-05.</summary>
    public bool MayBeYearFirst { get; private init; }
    private int Year { get; init; }
    private int Month { get; init; }
    private int Day { get; init; }
    private long ClockTicks { get; init; }

    /// <summary>Whether it is a date alone, or one whose clock says nothing.</summary>
    public bool IsMidnight => !HasClock || ClockTicks == 0;

    /// <summary>Whether day and month could be exchanged.</summary>
    public bool IsOpen => HasDate && First > 0 && !HasDots;

    public static bool TryRead(ReadOnlySpan<char> cell, out TimeText time)
    {
        time = default;
        if (cell.Length is < 4 or > LengthLimit || !(char.IsAsciiDigit(cell[0]) || char.IsLetter(cell[0]))) return false;
        Span<char> turned = stackalloc char[LengthLimit];
        scoped var text = char.IsLetter(cell[0]) ? YearBeforeClock(WithoutWeekday(cell), turned) : cell;
        scoped var rest = text;
        var hasDate = TryDate(ref rest, out var date);
        if (!hasDate)
        {
            rest = text;
            date = default;
        }
        rest = rest.TrimStart(hasDate ? " ,_-:" : " ,_-");
        if (hasDate && rest is ['T' or 't', ..]) rest = rest[1..];
        if (rest.IsEmpty)
        {
            time = date;
            return hasDate;
        }
        if (!TryClock(rest, hasDate, out var ticks)) return false;
        time = date with { HasClock = true, ClockTicks = ticks };
        return true;
    }

    /// <summary>A time of day by itself; other than elsewhere its parts may be separated by dots.</summary>
    public static bool TryReadClock(ReadOnlySpan<char> cell, out long ticks)
    {
        ticks = 0;
        return cell.Length is >= 4 and <= LengthLimit && TryClock(cell, hasDate: true, out ticks);
    }

    /// <summary>Ticks, or -1 where there is no such day.</summary>
    public long Ticks(DateOrder order)
    {
        if (!HasDate) return ClockTicks;
        var (year, month, day) = First == 0 ? (Year, Month, Day)
            : MayBeYearFirst && order == DateOrder.YearFirst ? (FullYear(First, 2), Second, Year % 100)
            : HasDots || order != DateOrder.MonthFirst ? (Year, Second, First) : (Year, First, Second);
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return -1;
        return Math.Max(0, new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks + ClockTicks);
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
        if (mark is '-' or '/' or '.' && rest[0] != mark && aDigits > 0 && bDigits > 0) return false;
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
        if (cDigits is not (2 or 4) || aDigits > 2 || bDigits > 2 || b is < 1 or > 31) return false;
        var mayBeYearFirst = cDigits == 2 && aDigits == 2 && b <= 12 && c is >= 1 and <= 31;
        if (a is < 1 or > 31 && !mayBeYearFirst) return false;
        date = new TimeText
        {
            HasDate = true, First = (int)a, Second = (int)b, Year = FullYear(c, cDigits), HasDots = mark == '.', HasSlashes = mark == '/',
            MayBeYearFirst = mayBeYearFirst,
        };
        return true;
    }

    private static int FullYear(long year, int digits) => digits > 2 ? (int)year : TimeParts.FullYear((int)year);

    /// <summary>"Sat Mar 09 …" and "Samstag, 9. März …" without the day of the week.</summary>
    private static ReadOnlySpan<char> WithoutWeekday(ReadOnlySpan<char> cell)
    {
        var end = 0;
        while (end < cell.Length && char.IsLetter(cell[end])) end++;
        var rest = cell[end..].TrimStart(" ,.");
        // "mar" is a day in French and a month in English: it is a day where a month follows.
        return end >= 2 && rest.Length > 0 && (char.IsLetter(rest[0]) || TimeNames.Month(cell[..end]) == 0) ? rest : cell;
    }

    /// <summary>"Mar 09 06:00:00 CET 2024", as C and Java write it, with the year behind the day.</summary>
    private static ReadOnlySpan<char> YearBeforeClock(ReadOnlySpan<char> cell, Span<char> turned)
    {
        if (cell.Length < 16 || cell[^5] != ' ' || cell[^4..].IndexOfAnyExceptInRange('0', '9') >= 0) return cell;
        var day = cell.IndexOf(' ') + 1;
        while (cell[day] == ' ') day++;
        var clock = day + cell[day..].IndexOf(' ');
        if (clock <= day || clock >= cell.Length - 5 || cell[clock..^5].IndexOf(':') < 0) return cell;
        cell[..clock].CopyTo(turned);
        turned[clock] = ' ';
        cell[^4..].CopyTo(turned[(clock + 1)..]);
        cell[clock..^5].CopyTo(turned[(clock + 5)..]);
        return turned[..cell.Length];
    }

    /// <summary>A number with its count of digits, or a month's name with none.</summary>
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
        while (letters < rest.Length && char.IsLetter(rest[letters])) letters++;
        number = TimeNames.Month(rest[..letters]);
        rest = rest[letters..];
        // Of an abbreviation, unless it separates month and year.
        if (rest is ['.', not (>= '0' and <= '9'), ..]) rest = rest[1..];
        return number > 0;
    }

    private static bool TryClock(ReadOnlySpan<char> text, bool hasDate, out long ticks)
    {
        ticks = 0;
        var isDotted = text is [_, '.', ..] or [_, _, '.', ..];
        // By itself 06.30 is a number, and 06.30.00 a clock only where it is no date.
        if (isDotted && !hasDate && !(text.Length == 8 && text[5] == '.')) return false;
        if (!TryPart(ref text, out var hours, out var digits) || digits == 0) return false;
        long minutes = 0, seconds = 0, fraction = 0;
        var mark = isDotted ? '.' : ':';
        if (hasDate && digits is 4 or 6 && (text.IsEmpty || text[0] != ':'))
        {
            if (digits == 6) (seconds, hours) = (hours % 100, hours / 100);
            (minutes, hours) = (hours % 100, hours / 100);
        }
        else
        {
            if (digits > 2 || text.IsEmpty || text[0] != mark) return false;
            text = text[1..];
            if (!TryPart(ref text, out minutes, out digits) || digits is 0 or > 2 || isDotted && digits != 2) return false;
            if (text.Length > 0 && text[0] == mark)
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
        if (!TryHalf(ref text, ref hours) || !TimeNames.TryZone(text.Trim(), out var offset)) return false;
        ticks = (hours * 60 + minutes - offset) * TimeSpan.TicksPerMinute + seconds * TimeSpan.TicksPerSecond + fraction;
        return true;
    }

    /// <summary>AM and PM, however they are spelled: the hour from 12 is the first of its half.</summary>
    private static bool TryHalf(ref ReadOnlySpan<char> text, ref long hours)
    {
        var half = text.TrimStart(" \u00A0\u202F");
        if (half is not [('A' or 'a' or 'P' or 'p'), ..]) return true;
        var length = half[1..] is ['M' or 'm', ..] ? 2 : half[1..] is ['.', 'm' or 'M', '.', ..] ? 4 : 0;
        if (length == 0 || half.Length > length && char.IsLetter(half[length])) return true;
        if (hours is < 1 or > 12) return false;
        hours = hours % 12 + (half[0] is 'P' or 'p' ? 12 : 0);
        text = half[length..];
        return true;
    }
}
