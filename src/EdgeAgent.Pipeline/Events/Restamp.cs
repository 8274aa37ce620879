using System.Buffers;
using System.Text.Json;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Events;

/// <summary>
/// Corrects the times of an event that this machine stamped while its clock was not set, once it is. It can do so only in
/// the run that stamped it: how far the clock was off in an earlier run is unknown. The id stays.
/// </summary>
internal static class Restamp
{
    /// <summary>A time may be written longer than before.</summary>
    private const int RoomBytes = 64;

    /// <summary>The message as it is to be sent now.</summary>
    /// <param name="payload">The message as it was encoded.</param>
    /// <param name="stampOffsetTicks">How far the wall clock had been set then; null: the times are right, or of another run.</param>
    /// <param name="createdTicks">When it was encoded, by <paramref name="clock"/>.</param>
    /// <param name="clock">The clock of this run.</param>
    /// <param name="isClockSynced">Whether the machine's clock is set now.</param>
    public static byte[] Payload(byte[] payload, long? stampOffsetTicks, long createdTicks, SteadyClock clock, Func<bool> isClockSynced)
    {
        if (stampOffsetTicks is not { } before || !isClockSynced()) return payload;
        return Shift(payload, clock.OffsetTicks - before, clock.StartTicks, createdTicks + before);
    }

    /// <summary>
    /// Moves all times from <paramref name="first"/> to <paramref name="last"/>; what lies outside was stamped by another run.
    /// </summary>
    private static byte[] Shift(byte[] payload, long ticks, long first, long last)
    {
        var moved = new ArrayBufferWriter<byte>(payload.Length + RoomBytes);
        var reader = new Utf8JsonReader(payload);
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var isClock = reader.ValueTextEquals("clock"u8);
            var isTime = reader.ValueTextEquals("time"u8) || reader.ValueTextEquals("started"u8)
                || reader.ValueTextEquals("ended"u8) || reader.ValueTextEquals("since"u8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String || !(isTime || isClock)) continue;
            var time = default(DateTime);
            if (isTime && (!reader.TryGetDateTime(out time) || time.Ticks < first || time.Ticks > last)) continue;
            moved.Write(payload.AsSpan(copied, (int)reader.TokenStartIndex - copied));
            moved.Write(isClock ? "\"restamped\""u8 : Quoted(time.Ticks + ticks));
            copied = (int)reader.BytesConsumed;
        }
        moved.Write(payload.AsSpan(copied));
        return moved.WrittenSpan.ToArray();
    }

    /// <summary>A time in the form of <see cref="CloudEventEncoder"/>.</summary>
    private static byte[] Quoted(long ticks) =>
        JsonSerializer.SerializeToUtf8Bytes(new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc),
            RestampJson.Default.DateTime);
}

/// <summary>Writes a time.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(DateTime))]
internal sealed partial class RestampJson : System.Text.Json.Serialization.JsonSerializerContext;
