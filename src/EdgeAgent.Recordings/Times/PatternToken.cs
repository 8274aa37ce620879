namespace EdgeAgent.Recordings.Times;

internal enum PatternKind
{
    Literal, Year, ShortYear, Month, MonthName, Weekday, Day, Hour, HalfHour, Minute, Second, Fraction, Optional, Half,
    OffsetHours, Offset, Zone, Utc,
}

/// <summary>One element of a <see cref="TimestampPattern"/>.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Least">The fewest digits or letters.</param>
/// <param name="Most">The most.</param>
/// <param name="Literal">What stands for itself.</param>
internal readonly record struct PatternToken(PatternKind Kind, int Least, int Most, byte[] Literal)
{
    /// <summary>A Z that stands for itself, and for UTC.</summary>
    public static readonly PatternToken Utc = new(PatternKind.Utc, 1, 1, [(byte)'Z']);

    /// <summary>What so many of a letter stand for; null: nothing.</summary>
    public static PatternToken? Of(char letter, int count) => (letter, count) switch
    {
        ('y', 4) => Number(PatternKind.Year, 4),
        ('y', 2) => Number(PatternKind.ShortYear, 2),
        ('M', 1 or 2) => Number(PatternKind.Month, count),
        ('M', 3) => new(PatternKind.MonthName, 3, 3, []),
        ('M', 4) => new(PatternKind.MonthName, 3, 9, []),
        ('d', 1 or 2) => Number(PatternKind.Day, count),
        ('d', 3) => new(PatternKind.Weekday, 3, 3, []),
        ('d', 4) => new(PatternKind.Weekday, 3, 9, []),
        ('H', 1 or 2) => Number(PatternKind.Hour, count),
        ('h', 1 or 2) => Number(PatternKind.HalfHour, count),
        ('m', 1 or 2) => Number(PatternKind.Minute, count),
        ('s', 1 or 2) => Number(PatternKind.Second, count),
        ('f', <= 7) => new(PatternKind.Fraction, count, count, []),
        ('F', <= 7) => new(PatternKind.Optional, 0, count, []),
        ('t', 2) => new(PatternKind.Half, 2, 2, []),
        ('z', 1) => new(PatternKind.OffsetHours, 1, 2, []),
        ('z', 2) => new(PatternKind.OffsetHours, 2, 2, []),
        ('z', 3) => new(PatternKind.Offset, 5, 6, []),
        ('K', 1) => new(PatternKind.Zone, 0, 6, []),
        _ => null,
    };

    /// <summary>Takes what it stands for off the text.</summary>
    public bool TryRead(ref AsciiCursor text, ref TimeParts time, ref int half) => Kind switch
    {
        PatternKind.Literal => Literal is [(byte)' '] ? text.SkipBlanks() : text.Take(Literal),
        PatternKind.Utc => text.Take(Literal) && (time.HasZone = true),
        PatternKind.Year => text.TryDigits(Least, Most, out time.Year),
        PatternKind.ShortYear => TryShortYear(ref text, ref time),
        PatternKind.Month => text.TryDigits(Least, Most, out time.Month),
        PatternKind.MonthName => (time.Month = NamedParts.Month(text.Word(Most))) > 0,
        PatternKind.Weekday => NamedParts.IsWeekday(text.Word(Most)),
        PatternKind.Day => text.TryDigits(Least, Most, out time.Day),
        PatternKind.Hour or PatternKind.HalfHour => text.TryDigits(Least, Most, out time.Hour),
        PatternKind.Minute => text.TryDigits(Least, Most, out time.Minute),
        PatternKind.Second => text.TryDigits(Least, Most, out time.Second),
        PatternKind.Fraction or PatternKind.Optional => time.TryFraction(ref text, Least, Most),
        PatternKind.Half => TryHalf(text.Word(2), ref half),
        PatternKind.OffsetHours => TryOffsetHours(ref text, ref time),
        PatternKind.Offset => ZoneSuffix.TryOffset(ref text, ref time),
        _ => ZoneSuffix.TryRead(ref text, ref time),
    };

    private static PatternToken Number(PatternKind kind, int least) => new(kind, least, Math.Max(2, least), []);

    private bool TryShortYear(ref AsciiCursor text, ref TimeParts time)
    {
        if (!text.TryDigits(Least, Most, out time.Year)) return false;
        time.Year = TimeParts.FullYear(time.Year);
        return true;
    }

    private static bool TryHalf(ReadOnlySpan<byte> word, ref int half)
    {
        if (word is not [var letter, (byte)'M' or (byte)'m']) return false;
        half = letter switch { (byte)'A' or (byte)'a' => 0, (byte)'P' or (byte)'p' => 1, _ => -1 };
        return half >= 0;
    }

    private bool TryOffsetHours(ref AsciiCursor text, ref TimeParts time)
    {
        var isWest = text.Next == '-';
        if (!isWest && text.Next != '+') return false;
        text.Skip(1);
        return text.TryDigits(Least, Most, out var hours) && ZoneSuffix.TrySet(hours, 0, isWest, ref time);
    }
}
