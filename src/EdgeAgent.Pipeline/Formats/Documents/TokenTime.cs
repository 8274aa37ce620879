using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>The event time at a reader.</summary>
internal static class TokenTime
{
    /// <summary>False, and the ticks as they were: it is no time.</summary>
    public static bool TryRead<TReader>(ref TReader reader, ref long ticks) where TReader : struct, ITokenReader, allows ref struct =>
        reader.Kind switch
        {
            JsonTokenType.Number when reader.TryGetInt64(out var whole) => EventTime.TryFromUnix(whole, ref ticks),
            JsonTokenType.Number when reader.TryGetDouble(out var fraction) && Math.Abs(fraction) < 1e21 =>
                EventTime.TryFromUnix((decimal)fraction, ref ticks),
            JsonTokenType.String => EventTime.TryParse(reader.Text, ref ticks),
            _ => false,
        };
}
