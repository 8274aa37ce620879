namespace EdgeAgent.Recordings.Times;

/// <summary>
/// ISO 8601 and its relatives, all with the year first: T or blank, a point or comma before the fraction, minutes only, the date
/// only, and the basic form without marks.
/// </summary>
public static class IsoTime
{
    private const int WholeLength = 19;

    /// <summary>Reads a text without blanks around it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out WrittenTime time)
    {
        var parts = default(TimeParts);
        time = default;
        if (utf8.Length >= WholeLength && HasUsualMarks(utf8))
        {
            // Nearly all texts: 20 ns where the general way takes twice as long.
            if (!TryUsual(utf8, ref parts)) return false;
            if (utf8.Length == WholeLength) return parts.TryCompose(out time);
            if (utf8.Length == WholeLength + 1 && utf8[WholeLength] == 'Z')
            {
                parts.HasZone = true;
                return parts.TryCompose(out time);
            }
            var rest = new AsciiCursor(utf8[WholeLength..]);
            return ClockText.TryFraction(ref rest, ref parts) && TryEnd(ref rest, ref parts, out time);
        }
        var text = new AsciiCursor(utf8);
        return TryDate(ref text, ref parts, out var isBasic) && TryClock(ref text, ref parts, isBasic) && TryEnd(ref text, ref parts, out time);
    }

    private static bool HasUsualMarks(ReadOnlySpan<byte> text) =>
        text[4] == '-' && text[7] == '-' && text[10] is (byte)'T' or (byte)' ' && text[13] == ':' && text[16] == ':'
        && (text.Length == WholeLength || text[WholeLength] is (byte)'Z' or (byte)'.' or (byte)',' or (byte)'+' or (byte)'-');

    private static bool TryUsual(ReadOnlySpan<byte> text, ref TimeParts time)
    {
        var digits = true;
        time.Year = Two(text, 0, ref digits) * 100 + Two(text, 2, ref digits);
        time.Month = Two(text, 5, ref digits);
        time.Day = Two(text, 8, ref digits);
        time.Hour = Two(text, 11, ref digits);
        time.Minute = Two(text, 14, ref digits);
        time.Second = Two(text, 17, ref digits);
        return digits;
    }

    private static int Two(ReadOnlySpan<byte> text, int at, ref bool digits)
    {
        var (tens, ones) = (text[at] - '0', text[at + 1] - '0');
        digits &= (uint)tens <= 9 & (uint)ones <= 9;
        return tens * 10 + ones;
    }

    private static bool TryDate(ref AsciiCursor text, ref TimeParts time, out bool isBasic)
    {
        isBasic = false;
        if (!text.TryDigits(4, 4, out time.Year)) return false;
        var mark = text.Next;
        isBasic = text.StartsWithDigit;
        if (isBasic) return text.TryDigits(2, 2, out time.Month) && text.TryDigits(2, 2, out time.Day);
        if (mark is not ((byte)'-' or (byte)'/' or (byte)'.')) return false;
        text.Skip(1);
        return text.TryDigits(1, 2, out time.Month) && text.Take(mark) && text.TryDigits(1, 2, out time.Day);
    }

    private static bool TryClock(ref AsciiCursor text, ref TimeParts time, bool isBasic)
    {
        if (text.IsEmpty) return true;
        var isApart = text.Take((byte)'T') || text.Take((byte)'t') || text.Take((byte)'_') || text.SkipBlanks();
        if (!isApart && !isBasic) return false;
        return isBasic && (text.Rest.Length < 3 || text.Rest[2] != ':')
            ? ClockText.TryReadBasic(ref text, ref time)
            : ClockText.TryRead(ref text, ref time);
    }

    private static bool TryEnd(ref AsciiCursor text, ref TimeParts parts, out WrittenTime time)
    {
        time = default;
        return ZoneSuffix.TryRead(ref text, ref parts) && text.IsEmpty && parts.TryCompose(out time);
    }
}
