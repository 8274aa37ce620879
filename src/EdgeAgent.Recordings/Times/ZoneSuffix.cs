using System.Buffers;
using System.Text;

namespace EdgeAgent.Recordings.Times;

/// <summary>What stands behind a time of day: an offset from UTC, or one of the few abbreviations that mean only one.</summary>
internal static class ZoneSuffix
{
    private const int LargestOffset = 14 * 60;

    private static readonly SearchValues<byte> PlaceLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-:"u8);

    private static readonly (byte[] Name, int Minutes)[] Known =
    [
        Zone("UTC", 0), Zone("GMT", 0), Zone("CET", 60), Zone("CEST", 120), Zone("BST", 60), Zone("JST", 540),
        Zone("EST", -300), Zone("EDT", -240), Zone("CST", -360), Zone("CDT", -300),
        Zone("MST", -420), Zone("MDT", -360), Zone("PST", -480), Zone("PDT", -420),
    ];

    /// <summary>Takes a zone if there is one; false where something stands there that is none.</summary>
    public static bool TryRead(ref AsciiCursor text, ref TimeParts time)
    {
        text.SkipBlanks();
        if (text.Next is (byte)'+' or (byte)'-') return TryOffset(ref text, ref time) && TryPlace(ref text);
        if (!text.StartsWithLetter) return true;
        var word = text.Word();
        if (word is not [(byte)'Z' or (byte)'z'] && !TryName(word, ref time)) return false;
        time.HasZone = true;
        // mosquitto_sub writes its own wall clock, the letter Z and then the offset: the offset tells the truth.
        if (time.OffsetMinutes == 0 && text.Next is (byte)'+' or (byte)'-' && !TryOffset(ref text, ref time)) return false;
        return TryPlace(ref text);
    }

    /// <summary>Takes the place that Java writes in brackets behind an offset, if there is one: the offset counts.</summary>
    private static bool TryPlace(ref AsciiCursor text)
    {
        if (!text.Take((byte)'[')) return true;
        var end = text.Rest.IndexOf((byte)']');
        if (end < 1 || text.Rest[..end].IndexOfAnyExcept(PlaceLetters) >= 0) return false;
        text.Skip(end + 1);
        return true;
    }

    /// <summary><c>+01:00</c>, <c>+0100</c> or <c>+01</c>.</summary>
    public static bool TryOffset(ref AsciiCursor text, ref TimeParts time)
    {
        var isWest = text.Next == '-';
        if (!isWest && text.Next != '+') return false;
        text.Skip(1);
        if (!text.TryDigits(2, 2, out var hours)) return false;
        var minutes = 0;
        if ((text.Take((byte)':') || text.StartsWithDigit) && !text.TryDigits(2, 2, out minutes)) return false;
        return TrySet(hours, minutes, isWest, ref time);
    }

    public static bool TrySet(int hours, int minutes, bool isWest, ref TimeParts time)
    {
        var offset = hours * 60 + minutes;
        time.HasZone = true;
        time.OffsetMinutes = isWest ? -offset : offset;
        return minutes < 60 && offset <= LargestOffset;
    }

    private static bool TryName(ReadOnlySpan<byte> word, ref TimeParts time)
    {
        foreach (var (name, minutes) in Known)
            if (word.SequenceEqual(name))
            {
                time.OffsetMinutes = minutes;
                return true;
            }
        return false;
    }

    private static (byte[] Name, int Minutes) Zone(string name, int minutes) => (Encoding.ASCII.GetBytes(name), minutes);
}
