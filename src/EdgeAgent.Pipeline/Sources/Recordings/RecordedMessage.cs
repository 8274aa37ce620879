using System.Text.Json;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>
/// One line of a JSON lines recording: a message with <c>topic</c>, <c>payload</c> and the time of arrival <c>tst</c> (as
/// <c>mosquitto_sub -F %J</c> writes them), or else the bare payload.
/// </summary>
internal readonly ref struct RecordedMessage
{
    /// <summary>Empty where the line is a bare payload.</summary>
    public ReadOnlySpan<byte> Topic { get; private init; }
    public ReadOnlySpan<byte> Payload { get; private init; }
    /// <summary>0 where the line has none.</summary>
    public long ArrivalTicks { get; private init; }

    /// <summary>Never fails: what is no message is taken for a payload, and decoding says what is wrong with it.</summary>
    public static RecordedMessage Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return TryReadEnvelope(line, out var message) ? message : new RecordedMessage { Payload = line };
        }
        // The reader's answer to half a surrogate pair in a text is InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new RecordedMessage { Payload = line };
        }
    }

    private static bool TryReadEnvelope(ReadOnlySpan<byte> line, out RecordedMessage message)
    {
        ReadOnlySpan<byte> topic = default, payload = default;
        long arrival = 0;
        var reader = new Utf8JsonReader(line);
        message = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTopic = reader.ValueTextEquals("topic"u8);
            var isPayload = reader.ValueTextEquals("payload"u8);
            var isTime = reader.ValueTextEquals("tst"u8);
            reader.Read();
            if (isTopic && reader.TokenType == JsonTokenType.String) topic = Text(ref reader);
            if (isTime) EventTime.TryRead(ref reader, ref arrival);
            if (isPayload && reader.TokenType == JsonTokenType.String)
                payload = Text(ref reader);
            else if (isPayload)
                payload = Raw(ref reader, line);
            else
                reader.Skip();
        }
        message = new RecordedMessage { Topic = topic, Payload = payload, ArrivalTicks = arrival };
        return !topic.IsEmpty && !payload.IsEmpty;
    }

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
