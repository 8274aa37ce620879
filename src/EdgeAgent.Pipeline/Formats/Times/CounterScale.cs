using EdgeAgent.Recordings.Times;

namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>What the values of a source's counters mean, in ticks. For any thread.</summary>
internal sealed class CounterScale(CounterOptions options)
{
    private readonly double _ticksPerUnit = TicksPer(options.Unit);
    private readonly ulong _mask = options.Bits is 16 or 32 ? (1UL << options.Bits) - 1 : ulong.MaxValue;

    /// <summary>After so many ticks the counter begins anew; 0: never.</summary>
    public long Span { get; } = options.Bits is 16 or 32 ? (long)((1UL << options.Bits) * TicksPer(options.Unit)) : 0;

    /// <summary>A counter of 32 bits may come as a negative number. False beyond 29,000 years.</summary>
    public bool TryTicks(long value, out long ticks) => TryTicks((double)(long)((ulong)value & _mask), out ticks);

    /// <summary>With a fraction.</summary>
    public bool TryTicks(double value, out long ticks)
    {
        var product = value * _ticksPerUnit;
        var isCounter = product >= 0 && product < long.MaxValue;
        ticks = isCounter ? (long)product : 0;
        return isCounter;
    }

    /// <summary>A number in a text, or the digits of a number.</summary>
    public bool TryTicks(ReadOnlySpan<byte> utf8, out long ticks)
    {
        ticks = 0;
        var text = TimestampText.Trim(utf8);
        if (UnixNumber.TryWhole(text, out var whole)) return TryTicks(whole, out ticks);
        return UnixNumber.TryNumber(text, out var number) && TryTicks((double)number, out ticks);
    }

    private static double TicksPer(CounterUnit unit) => unit switch
    {
        CounterUnit.Seconds => TimeSpan.TicksPerSecond,
        CounterUnit.Milliseconds => TimeSpan.TicksPerMillisecond,
        CounterUnit.Microseconds => TimeSpan.TicksPerMicrosecond,
        _ => 0.01,
    };
}
