using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Event times as senders write them: a Unix number whose magnitude tells its unit (seconds, milliseconds,
/// microseconds or nanoseconds), or ISO 8601 text, UTC unless it says otherwise.
/// </summary>
internal static class EventTime
{
    private const double SecondsLimit = 1e11;
    private const double MillisecondsLimit = 1e14;
    private const double MicrosecondsLimit = 1e17;

    /// <summary>Reads the value at the reader; leaves <paramref name="ticks"/> as it was when it is no time.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, ref long ticks) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var whole) => TryFromUnix(whole, ref ticks),
        JsonTokenType.Number when reader.TryGetDecimal(out var fraction) => TryFromUnix(fraction, ref ticks),
        JsonTokenType.String when !reader.ValueIsEscaped => TryParse(reader.ValueSpan, ref ticks),
        _ => false,
    };

    /// <summary>Whole Unix numbers keep their last digit, which a double would lose for nanoseconds.</summary>
    public static bool TryFromUnix(long value, ref long ticks)
    {
        var size = Math.Abs((double)value);
        return size switch
        {
            < SecondsLimit => TryFromOffset(value * (decimal)TimeSpan.TicksPerSecond, ref ticks),
            < MillisecondsLimit => TryFromOffset(value * (decimal)TimeSpan.TicksPerMillisecond, ref ticks),
            < MicrosecondsLimit => TryFromOffset(value * (decimal)TimeSpan.TicksPerMicrosecond, ref ticks),
            _ => TryFromOffset(value / 100, ref ticks),
        };
    }

    /// <summary>Unix numbers with decimals, to the last 100 ns.</summary>
    public static bool TryFromUnix(decimal value, ref long ticks) => Math.Abs((double)value) switch
    {
        < SecondsLimit => TryFromOffset(value * TimeSpan.TicksPerSecond, ref ticks),
        < MillisecondsLimit => TryFromOffset(value * TimeSpan.TicksPerMillisecond, ref ticks),
        < MicrosecondsLimit => TryFromOffset(value * TimeSpan.TicksPerMicrosecond, ref ticks),
        var size => size < 1e21 && TryFromOffset(value / 100, ref ticks),
    };

    /// <summary>Reads <c>2020-03-09T10:14:33.5Z</c>, with a blank for the T, with an offset, or without either.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ref long ticks)
    {
        Span<byte> copy = stackalloc byte[40];
        if (text.Length is < 10 or > 35) return false;
        text.CopyTo(copy);
        if (text.Length > 10 && copy[10] == ' ') copy[10] = (byte)'T';
        var length = text.Length;
        if (length > 10 && !HasZone(copy[10..length])) copy[length++] = (byte)'Z';
        // Utf8Parser's "O" wants seven digits of a second, so the JSON reader's own ISO 8601 grammar reads it.
        return TryParseIso(copy[..length], ref ticks);
    }

    private static bool HasZone(ReadOnlySpan<byte> time) => time.IndexOfAny((byte)'Z', (byte)'+', (byte)'-') >= 0;

    private static bool TryParseIso(ReadOnlySpan<byte> text, ref long ticks)
    {
        Span<byte> quoted = stackalloc byte[text.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        text.CopyTo(quoted[1..]);
        foreach (var b in text)
            if (b is < 0x20 or > 0x7e or (byte)'"' or (byte)'\\')
                return false;
        var reader = new Utf8JsonReader(quoted);
        if (!reader.Read() || !reader.TryGetDateTimeOffset(out var time)) return false;
        // A date alone comes without a zone; it is taken as UTC like every other time.
        ticks = text.Length == 10 ? time.DateTime.Ticks : time.UtcTicks;
        return true;
    }

    private static bool TryFromOffset(decimal offset, ref long ticks)
    {
        var sum = DateTime.UnixEpoch.Ticks + offset;
        if (sum < 0 || sum > DateTime.MaxValue.Ticks) return false;
        ticks = (long)sum;
        return true;
    }
}
