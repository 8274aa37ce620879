namespace EdgeAgent.Recordings.Times;

/// <summary>
/// Dates that begin with the day, the month or the weekday: <c>29.11.2026 22:30:00</c>, <c>04/05/2024 07:34:38 PM</c>,
/// <c>Fri, 05 Apr 2024 19:34:38 GMT</c>, <c>09-Mar-24</c>, <c>Sat Mar 09 06:00:00 CET 2024</c>.
/// </summary>
internal static class DayOrMonthFirst
{
    /// <summary>False as well where it cannot be told which number is the day, or which of two digits the year.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out WrittenTime time)
    {
        var text = new AsciiCursor(utf8);
        var parts = default(TimeParts);
        time = default;
        var isRead = text.StartsWithLetter ? TryWords(ref text, ref parts) : TryDayFirst(ref text, ref parts);
        return isRead && text.IsEmpty && parts.TryCompose(out time);
    }

    private static bool TryWords(ref AsciiCursor text, ref TimeParts time)
    {
        var word = text.Word();
        if (NamedParts.IsWeekday(word))
        {
            text.Take((byte)',');
            if (!text.SkipBlanks()) return false;
            if (text.StartsWithDigit) return TryDayFirst(ref text, ref time);
            word = text.Word();
        }
        time.Month = NamedParts.Month(word);
        text.Take((byte)'.');
        if (time.Month == 0 || !text.SkipBlanks() || !text.TryDigits(1, 2, out time.Day)) return false;
        text.Take((byte)',');
        if (!text.SkipBlanks()) return false;
        var afterDay = text;
        if (text.TryDigits(4, 4, out time.Year)) return TryClock(ref text, ref time);
        // As C and Java write it, with the year at the end.
        text = afterDay;
        if (!ClockText.TryRead(ref text, ref time) || !ZoneSuffix.TryRead(ref text, ref time)) return false;
        text.SkipBlanks();
        return text.TryDigits(4, 4, out time.Year);
    }

    private static bool TryDayFirst(ref AsciiCursor text, ref TimeParts time)
    {
        if (!text.TryDigits(1, 2, out var first)) return false;
        var mark = text.Next;
        if (mark is not ((byte)'.' or (byte)'/' or (byte)'-' or (byte)' ')) return false;
        text.Skip(1);
        text.SkipBlanks();
        if (text.StartsWithLetter)
        {
            (time.Day, time.Month) = (first, NamedParts.Month(text.Word()));
            return text.Take(mark) && TryYear(ref text, ref time, out _) && TryClock(ref text, ref time);
        }
        if (mark == ' ' || !text.TryDigits(1, 2, out var second) || !text.Take(mark)) return false;
        if (!TryYear(ref text, ref time, out var twoDigits)) return false;
        var isHalfDay = IsHalfDay(text.Rest);
        if (mark != '.' && !isHalfDay && MayBeYearFirst(second, twoDigits)) return false;
        return TryClock(ref text, ref time) && TryOrder(first, second, mark, isHalfDay, ref time);
    }

    /// <summary>Dots are day first wherever they are used, AM and PM month first; else only a number above 12 tells.</summary>
    private static bool TryOrder(int first, int second, byte mark, bool isHalfDay, ref TimeParts time)
    {
        var isDayFirst = mark == '.' || !isHalfDay && first > 12;
        (time.Day, time.Month) = isDayFirst ? (first, second) : (second, first);
        return isDayFirst || isHalfDay || second > 12 || first == second;
    }

    /// <summary>24-04-05: the fifth of April 2024, or the 24th of 2005.</summary>
    private static bool MayBeYearFirst(int second, int last) => second is >= 1 and <= 12 && last is >= 1 and <= 31;

    private static bool IsHalfDay(ReadOnlySpan<byte> clock) => clock.IndexOfAny("Mm"u8) > 0 && clock.IndexOfAny("APap"u8) > 0;

    /// <param name="text">Goes on behind it.</param>
    /// <param name="time">Takes the year.</param>
    /// <param name="twoDigits">The year as written with two digits; -1: it has four.</param>
    private static bool TryYear(ref AsciiCursor text, ref TimeParts time, out int twoDigits)
    {
        twoDigits = -1;
        var length = text.Rest.Length;
        if (!text.TryDigits(2, 4, out time.Year)) return false;
        var digits = length - text.Rest.Length;
        if (digits == 2) (twoDigits, time.Year) = (time.Year, TimeParts.FullYear(time.Year));
        return digits != 3;
    }

    private static bool TryClock(ref AsciiCursor text, ref TimeParts time)
    {
        if (text.IsEmpty) return true;
        var isApart = text.Take((byte)',') | text.Take((byte)'T') | text.Take((byte)'_') | text.SkipBlanks();
        return isApart && ClockText.TryRead(ref text, ref time) && ZoneSuffix.TryRead(ref text, ref time);
    }
}
