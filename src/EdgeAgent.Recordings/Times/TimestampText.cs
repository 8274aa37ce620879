namespace EdgeAgent.Recordings.Times;

/// <summary>Reads a date with or without a time of day in any of the forms that cannot be mistaken for another.</summary>
public static class TimestampText
{
    /// <summary>Longer texts are no times.</summary>
    public const int LengthLimit = 80;

    /// <summary>Without blanks, line ends and NULs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8)
    {
        while (utf8 is [<= (byte)' ', ..]) utf8 = utf8[1..];
        while (utf8 is [.., <= (byte)' ']) utf8 = utf8[..^1];
        return utf8;
    }

    /// <summary>False where it is no such time, or where day and month could be exchanged, as in 04/05/2024.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out WrittenTime time)
    {
        var text = Trim(utf8);
        time = default;
        if (text.Length is < 6 or > LengthLimit) return false;
        return IsYearFirst(text) ? IsoTime.TryRead(text, out time) : DayOrMonthFirst.TryRead(text, out time);
    }

    private static bool IsYearFirst(ReadOnlySpan<byte> text) =>
        char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1]) && char.IsAsciiDigit((char)text[2]);
}
