using System.Text;
using System.Text.Json;

namespace EdgeAgent.Recordings.Messages;

/// <summary>
/// One line of a JSON lines recording: a message with <c>topic</c>, <c>payload</c> and the time of arrival <c>tst</c> (as
/// <c>mosquitto_sub -F %J</c> writes them), or else the bare payload. A payload that is no text stands in base64 under
/// <c>payload64</c>, as <c>edgeagent tap --save</c> writes it.
/// </summary>
public readonly ref struct RecordedMessage
{
    /// <summary>Empty where the line is a bare payload.</summary>
    public ReadOnlySpan<byte> Topic { get; private init; }
    /// <summary>What was sent.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }
    /// <summary>The broker had kept it from before: its time of arrival is that of the subscription.</summary>
    public bool IsRetained { get; private init; }
    /// <summary>When it arrived, as the line spells it; empty where it does not say.</summary>
    public string Arrival { get; private init; }
    /// <summary>The same in ticks, UTC; 0 where the line has none.</summary>
    public long ArrivalTicks =>
        Arrival is { Length: > 0 } && TimeText.TryRead(Arrival, out var time) && time.HasDate
            ? Math.Max(0, time.Ticks(DateOrder.DayFirst))
            : 0;

    /// <summary>Never fails: what is no message is taken for a payload, and decoding says what is wrong with it.</summary>
    public static RecordedMessage Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return TryReadEnvelope(line, out var message) ? message : new RecordedMessage { Payload = line, Arrival = "" };
        }
        // The reader's answer to half a surrogate pair in a text is InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new RecordedMessage { Payload = line, Arrival = "" };
        }
    }

    private static bool TryReadEnvelope(ReadOnlySpan<byte> line, out RecordedMessage message)
    {
        ReadOnlySpan<byte> topic = default, payload = default;
        var (arrival, hasPayload, isRetained) = ("", false, false);
        var reader = new Utf8JsonReader(line);
        message = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTopic = reader.ValueTextEquals("topic"u8);
            var isPayload = reader.ValueTextEquals("payload"u8);
            var isBase64 = reader.ValueTextEquals("payload64"u8);
            var isTime = reader.ValueTextEquals("tst"u8);
            var isRetain = reader.ValueTextEquals("retain"u8);
            reader.Read();
            if (isRetain) isRetained = IsTrue(reader);
            if (isTopic && reader.TokenType == JsonTokenType.String) topic = Text(ref reader);
            if (isTime && reader.TokenType == JsonTokenType.String) arrival = Encoding.UTF8.GetString(Text(ref reader));
            hasPayload |= isPayload;
            if (isBase64 && reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes))
            {
                payload = bytes;
                hasPayload = true;
            }
            else if (isPayload && reader.TokenType == JsonTokenType.String)
                payload = Text(ref reader);
            else if (isPayload)
                payload = Raw(ref reader, line);
            else
                reader.Skip();
        }
        message = new RecordedMessage { Topic = topic, Payload = payload, Arrival = arrival, IsRetained = isRetained };
        return !topic.IsEmpty && hasPayload;
    }

    /// <summary>mosquitto_sub writes 1 or 0.</summary>
    private static bool IsTrue(in Utf8JsonReader reader) => reader.TokenType == JsonTokenType.True
        || (reader.TokenType == JsonTokenType.Number && !reader.ValueSpan.SequenceEqual("0"u8));

    private static ReadOnlySpan<byte> Raw(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return line[start..(int)reader.BytesConsumed];
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        var copy = new byte[reader.ValueSpan.Length];
        return copy.AsSpan(0, reader.CopyString(copy));
    }
}
