using EdgeAgent.Recordings.Times;

namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>Unix numbers of formats that have no other form of time; their magnitude tells the unit.</summary>
internal static class UnixTicks
{
    /// <summary>False, and the ticks as they were: it is no time.</summary>
    public static bool TryRead(long value, ref long ticks) =>
        UnixNumber.TryRead(value, UnixUnit.Any, out var read) && Take(read, ref ticks);

    /// <summary>False, and the ticks as they were: it is no time.</summary>
    public static bool TryRead(double value, ref long ticks) =>
        UnixNumber.TryRead(value, UnixUnit.Any, out var read) && Take(read, ref ticks);

    private static bool Take(long read, ref long ticks)
    {
        ticks = read;
        return true;
    }
}
