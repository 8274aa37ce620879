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

    /// <summary>Seconds below 5138, milliseconds from 1973 on, and so forth.</summary>
    public static UnixUnit UnitOf(double value) => Math.Abs(value) switch
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
        var (most, factor) = unit switch
        {
            UnixUnit.Seconds => (DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond),
            UnixUnit.Milliseconds => (DateTime.MaxValue.Ticks / TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerMillisecond),
            UnixUnit.Microseconds => (DateTime.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond, TimeSpan.TicksPerMicrosecond),
            _ => (long.MaxValue, 0),
        };
        ticks = 0;
        if (value > most || value < -most) return false;
        var sum = DateTime.UnixEpoch.Ticks + (factor == 0 ? value / 100 : value * factor);
        if (sum < 0 || sum > DateTime.MaxValue.Ticks) return false;
        ticks = sum;
        return true;
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

    /// <summary>A text that is one number, with fraction or exponent as it likes.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> utf8, out decimal value) =>
        Utf8Parser.TryParse(utf8, out value, out var length) && length == utf8.Length;
}
