using System.Buffers.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>SenML's times: seconds since 1970, or below 2^28 seconds from now. In ticks of 100 ns.</summary>
internal static class SenMlTime
{
    private const long RelativeLimit = (1L << 28) * TimeSpan.TicksPerSecond;
    /// <summary>Beyond the calendar; the sum of two still fits.</summary>
    private const double SecondsLimit = 4e11;

    /// <summary>Reads a time or a base time; false: it is none.</summary>
    public static bool TryRead<TReader>(ref TReader reader, out long ticks) where TReader : struct, ITokenReader, allows ref struct
    {
        ticks = 0;
        if (reader.Kind != JsonTokenType.Number) return false;
        if (reader.TryGetInt64(out var whole))
        {
            if (Math.Abs((double)whole) > SecondsLimit) return false;
            ticks = whole * TimeSpan.TicksPerSecond;
            return true;
        }
        if (!reader.TryGetDouble(out var seconds) || !(Math.Abs(seconds) < SecondsLimit)) return false;
        // The digits that were written: those of the nearest double end in noise.
        if (!Utf8Parser.TryParse(reader.Text, out decimal exact, out _)) return false;
        ticks = (long)Math.Round(exact * TimeSpan.TicksPerSecond);
        return true;
    }

    /// <summary>Event time in UTC ticks; false: it is beyond the calendar.</summary>
    /// <param name="sum">Base time and time of the record.</param>
    /// <param name="arrivalTicks">What now is.</param>
    /// <param name="ticks">The time.</param>
    public static bool TryResolve(long sum, long arrivalTicks, out long ticks)
    {
        ticks = sum + (sum < RelativeLimit ? arrivalTicks : DateTime.UnixEpoch.Ticks);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }
}
