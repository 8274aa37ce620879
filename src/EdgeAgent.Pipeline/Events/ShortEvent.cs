using System.Buffers;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Events;

/// <summary>
/// Leaves out of an event what it can do without, where a receiver takes no larger message: first the features, then the channels; out of
/// a report of dropped events whose they were, but not how many. What was left out stands in <c>data.shortened</c>; everything else stays,
/// the id too.
/// </summary>
internal static class ShortEvent
{
    private const int RoomBytes = 64;

    /// <summary>The event without as little as is needed; null: it does not fit, or is no event.</summary>
    /// <param name="payload">The event as it was encoded.</param>
    /// <param name="limitBytes">What it may take.</param>
    public static byte[]? Fitting(byte[] payload, long limitBytes)
    {
        if (WithoutFeatures(payload) is { } shorter && shorter.Length <= limitBytes) return shorter;
        return Shortest(payload) is { } shortest && shortest.Length <= limitBytes ? shortest : null;
    }

    /// <summary>The event without all that it can do without; null: it has nothing of it.</summary>
    public static byte[]? Shortest(byte[] payload) => Without(payload, isChannelsToo: true);

    private static byte[]? WithoutFeatures(byte[] payload) => Without(payload, isChannelsToo: false);

    private static byte[]? Without(byte[] payload, bool isChannelsToo)
    {
        try
        {
            return Copied(payload, isChannelsToo);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Copies all but the members of <c>data</c> that are left out.</summary>
    private static byte[]? Copied(byte[] payload, bool isChannelsToo)
    {
        var reader = new Utf8JsonReader(payload);
        if (!TryEnterData(ref reader)) return null;
        var written = new ArrayBufferWriter<byte>(payload.Length + RoomBytes);
        var (copied, before, left) = (0, (int)reader.BytesConsumed, "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(reader, isChannelsToo);
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            // Never the first member: there is a comma before it.
            if (name is not null)
            {
                written.Write(payload.AsSpan(copied, before - copied));
                left += left.Length == 0 ? $"\"{name}\"" : $",\"{name}\"";
                copied = end;
            }
            before = end;
        }
        if (left.Length == 0) return null;
        written.Write(payload.AsSpan(copied, before - copied));
        written.Write(System.Text.Encoding.UTF8.GetBytes($",\"shortened\":[{left}]"));
        written.Write(payload.AsSpan(before));
        return written.WrittenSpan.ToArray();
    }

    private static string? NameOf(in Utf8JsonReader reader, bool isChannelsToo) =>
        reader.ValueTextEquals("features"u8) ? "features" : reader.ValueTextEquals("measured"u8) ? "measured"
            : !isChannelsToo ? null : reader.ValueTextEquals("channels"u8) ? "channels"
            : reader.ValueTextEquals("dropped"u8) ? "dropped" : null;

    private static bool TryEnterData(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            if (!reader.Read()) return false;
            if (isData) return reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
        }
        return false;
    }
}
