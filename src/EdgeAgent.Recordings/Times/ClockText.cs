namespace EdgeAgent.Recordings.Times;

/// <summary>The time of day in a text: <c>19:34</c>, <c>19:34:38,5</c>, <c>06.00.00</c>, <c>07:34:38 PM</c>.</summary>
internal static class ClockText
{
    public static bool TryRead(ref AsciiCursor text, ref TimeParts time)
    {
        if (!text.TryDigits(1, 2, out time.Hour)) return false;
        var mark = text.Next;
        if (mark is not ((byte)':' or (byte)'.')) return false;
        text.Skip(1);
        if (!text.TryDigits(2, 2, out time.Minute)) return false;
        if (text.Take(mark) && !(text.TryDigits(2, 2, out time.Second) && TryFraction(ref text, ref time))) return false;
        return TryHalf(ref text, ref time);
    }

    /// <summary>Basic ISO: <c>193438</c> or <c>1934</c>.</summary>
    public static bool TryReadBasic(ref AsciiCursor text, ref TimeParts time)
    {
        if (!text.TryDigits(2, 2, out time.Hour) || !text.TryDigits(2, 2, out time.Minute)) return false;
        return !text.StartsWithDigit || text.TryDigits(2, 2, out time.Second) && TryFraction(ref text, ref time);
    }

    /// <summary>A part of a second, if there is one; some controllers put a colon before it.</summary>
    public static bool TryFraction(ref AsciiCursor text, ref TimeParts time)
    {
        if (text.Next is not ((byte)'.' or (byte)',' or (byte)':')) return true;
        text.Skip(1);
        return time.TryFraction(ref text);
    }

    private static bool TryHalf(ref AsciiCursor text, ref TimeParts time)
    {
        text.SkipBlanks();
        if (text.Rest is not [var half, (byte)'M' or (byte)'m', ..] || half is not ((byte)'A' or (byte)'a' or (byte)'P' or (byte)'p'))
            return true;
        text.Skip(2);
        return time.TryHalf(half is (byte)'P' or (byte)'p');
    }
}
