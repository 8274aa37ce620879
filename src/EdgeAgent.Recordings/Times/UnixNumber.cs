using System.Buffers.Text;

namespace EdgeAgent.Recordings.Times;

/// <summary>What a Unix number counts.</summary>
public enum UnixUnit
{
    /// <summary>Told by its magnitude.</summary>
    Any,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// <summary>Times as numbers since 1970, UTC.</summary>
public static class UnixNumber
{
    private const long SecondsLimit = 100_000_000_000;
    private const long MillisecondsLimit = SecondsLimit * 1000;
    private const long MicrosecondsLimit = MillisecondsLimit * 1000;
    private const int WholeDigits = 18;
    private const int FractionDigits = 9;

    /// <summary>Seconds below 5138, milliseconds from 1973 on, and so forth.</summary>
    private static UnixUnit UnitOf(double value) => Math.Abs(value) switch
    {
        < SecondsLimit => UnixUnit.Seconds,
        < MillisecondsLimit => UnixUnit.Milliseconds,
        < MicrosecondsLimit => UnixUnit.Microseconds,
        _ => UnixUnit.Nanoseconds,
    };

    /// <summary>False where it lies outside the years 1 to 9999.</summary>
    public static bool TryRead(long value, UnixUnit unit, out long ticks)
    {
        if (unit == UnixUnit.Any) unit = UnitOf(value);
        var factor = TicksPer(unit);
        var isInRange = factor == 0 || Math.BigMul(value, factor, out _) == value >> 63;
        ticks = DateTime.UnixEpoch.Ticks + (factor == 0 ? value / 100 : value * factor);
        if (isInRange && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks) return true;
        ticks = 0;
        return false;
    }

    /// <summary>With a fraction; about a microsecond is what a double holds of today's seconds.</summary>
    public static bool TryRead(double value, UnixUnit unit, out long ticks)
    {
        ticks = 0;
        return Math.Abs(value) < 1e19 && TryRead((decimal)value, unit, out ticks);
    }

    /// <summary>With a fraction, to the last 100 ns.</summary>
    public static bool TryRead(decimal value, UnixUnit unit, out long ticks)
    {
        ticks = 0;
        if (Math.Abs(value) > 10_000_000_000_000_000_000m) return false;
        var offset = (unit == UnixUnit.Any ? UnitOf((double)value) : unit) switch
        {
            UnixUnit.Seconds => value * TimeSpan.TicksPerSecond,
            UnixUnit.Milliseconds => value * TimeSpan.TicksPerMillisecond,
            UnixUnit.Microseconds => value * TimeSpan.TicksPerMicrosecond,
            _ => value / 100,
        };
        var sum = DateTime.UnixEpoch.Ticks + offset;
        if (sum < 0 || sum > DateTime.MaxValue.Ticks) return false;
        ticks = (long)sum;
        return true;
    }

    /// <summary>A text that is one whole number.</summary>
    public static bool TryWhole(ReadOnlySpan<byte> utf8, out long value) =>
        Utf8Parser.TryParse(utf8, out value, out var length) && length == utf8.Length;

    /// <summary>
    /// A text such as <c>1712345678.25</c>, to the last 100 ns. False where it has a sign or an exponent, or is of no year.
    /// </summary>
    public static bool TryFixed(ReadOnlySpan<byte> utf8, UnixUnit unit, out long ticks)
    {
        ticks = 0;
        var point = utf8.IndexOf((byte)'.');
        if (point is < 1 or > WholeDigits || !TryDigits(utf8[..point], out var whole)) return false;
        var fraction = utf8[(point + 1)..];
        if (fraction.Length is 0 or > WholeDigits) return false;
        if (!TryDigits(fraction[..Math.Min(fraction.Length, FractionDigits)], out var part)) return false;
        if (fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !TryRead(whole, unit, out ticks)) return false;
        for (var i = fraction.Length; i < FractionDigits; i++) part *= 10;
        ticks += part * TicksPer(unit == UnixUnit.Any ? UnitOf(whole) : unit) / 1_000_000_000;
        return true;
    }

    /// <summary>A text that is one number, with fraction or exponent as it likes.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> utf8, out decimal value) =>
        Utf8Parser.TryParse(utf8, out value, out var length) && length == utf8.Length;

    private static UnixUnit UnitOf(long value) => value switch
    {
        > -SecondsLimit and < SecondsLimit => UnixUnit.Seconds,
        > -MillisecondsLimit and < MillisecondsLimit => UnixUnit.Milliseconds,
        > -MicrosecondsLimit and < MicrosecondsLimit => UnixUnit.Microseconds,
        _ => UnixUnit.Nanoseconds,
    };

    private static bool TryDigits(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = 10 * value + (digit - '0');
        }
        return true;
    }

    /// <summary>0 for nanoseconds, of which a tick has many.</summary>
    private static long TicksPer(UnixUnit unit) => unit switch
    {
        UnixUnit.Seconds => TimeSpan.TicksPerSecond,
        UnixUnit.Milliseconds => TimeSpan.TicksPerMillisecond,
        UnixUnit.Microseconds => TimeSpan.TicksPerMicrosecond,
        _ => 0,
    };
}
