namespace EdgeAgent.Recordings.Times;

/// <summary>
/// ISO 8601 and its relatives, all with the year first: T or blank, a point or comma before the fraction, minutes only, the date
/// only, and the basic form without marks.
/// </summary>
public static class IsoTime
{
    private const int WholeLength = 19;
    private const int UsualLength = 33;

    /// <summary>Reads a text without blanks around it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out WrittenTime time)
    {
        if (TryUsual(utf8, out time)) return true;
        var text = new AsciiCursor(utf8);
        var parts = default(TimeParts);
        return TryDate(ref text, ref parts, out var isBasic) && TryClock(ref text, ref parts, isBasic)
            && ZoneSuffix.TryRead(ref text, ref parts) && text.IsEmpty && parts.TryCompose(out time);
    }

    /// <summary>
    /// The hot path, in a quarter of the time: nearly all texts are <c>2020-03-09T10:14:33.250Z</c>, with or without what stands
    /// behind the seconds. What it does not take may still be a time.
    /// </summary>
    public static bool TryUsual(ReadOnlySpan<byte> text, out WrittenTime time)
    {
        time = default;
        if (text.Length is < WholeLength or > UsualLength) return false;
        if (text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ')) return false;
        if (text[13] != ':' || text[16] != ':') return false;
        var invalid = 0;
        var year = Two(text[0], text[1], ref invalid) * 100 + Two(text[2], text[3], ref invalid);
        var month = Two(text[5], text[6], ref invalid);
        var day = Two(text[8], text[9], ref invalid);
        var hour = Two(text[11], text[12], ref invalid);
        var minute = Two(text[14], text[15], ref invalid);
        var second = Two(text[17], text[18], ref invalid);
        if (invalid < 0 || !TimeParts.IsDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return false;
        var ticks = TimeParts.Ticks(year, month, day, hour, minute, second);
        if (text.Length == WholeLength || text.Length == WholeLength + 1 && text[WholeLength] == 'Z')
        {
            time = new WrittenTime(ticks, text.Length > WholeLength);
            return true;
        }
        return TryTail(text[WholeLength..], ticks, out time);
    }

    /// <summary>A fraction of up to seven digits, Z, and an offset with its colon.</summary>
    private static bool TryTail(ReadOnlySpan<byte> tail, long ticks, out WrittenTime time)
    {
        time = default;
        var i = 0;
        if (tail[0] == '.')
        {
            var scale = TimeSpan.TicksPerSecond;
            for (i = 1; i < tail.Length && (uint)(tail[i] - '0') <= 9 && scale > 1; i++)
                ticks += (scale /= 10) * (tail[i] - '0');
            if (i == 1) return false;
        }
        var zone = tail[i..];
        if (zone is [] or [(byte)'Z'])
        {
            time = new WrittenTime(ticks, HasZone: zone.Length > 0);
            return true;
        }
        if (zone is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]) return false;
        var invalid = 0;
        var (hours, minutes) = (Two(zone[1], zone[2], ref invalid), Two(zone[4], zone[5], ref invalid));
        if (invalid < 0 || hours > 13 || minutes > 59) return false;
        var offset = (hours * 60 + minutes) * TimeSpan.TicksPerMinute;
        ticks -= zone[0] == '-' ? -offset : offset;
        time = new WrittenTime(ticks, HasZone: true);
        return ticks >= 0;
    }

    /// <summary>Turns <paramref name="invalid"/> negative where one of the two is no digit.</summary>
    private static int Two(int tens, int ones, ref int invalid)
    {
        (tens, ones) = (tens - '0', ones - '0');
        invalid |= tens | 9 - tens | ones | 9 - ones;
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
}
