using System.Text;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Scalar;

/// <summary>
/// Reads payloads that are one number as text, as "23.4" or "on". The topic says which channel it is of: its last level, unless the
/// source says otherwise. Event time is the time of arrival. Belongs to a source's loop.
/// </summary>
internal sealed class ScalarDecoder : IPayloadDecoder
{
    private readonly TextValue _texts;
    private readonly NamedChannels _channels;
    private readonly BoundName _name;
    private readonly CapturedTexts _noTexts = new();
    private int _guess;

    public ScalarDecoder(PayloadOptions source, ChannelTable channels)
    {
        _texts = new TextValue(source);
        _channels = new NamedChannels(source, channels, '/');
        // A place in the payload stays empty: the payload is the value.
        _name = new BoundName(NameTemplate.Parse(source.Channel ?? "topic[-1]"), _ => 0);
    }

    public bool NamesDevices => false;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var text = Unquoted(JsonRepair.Trim(message.Payload));
        if (text.IsEmpty) return DecodeFailure.Empty;
        var name = _name.Of(message.Topic, _noTexts);
        if (name.IsEmpty) return DecodeFailure.NoChannelName;
        var slot = _channels.Find(name, _guess, out _);
        if (slot == NamedChannels.NotWanted) return DecodeFailure.NotTelemetry;
        if (slot == NamedChannels.Full) return DecodeFailure.TooManyChannels;
        _guess = slot + 1;
        if (!_texts.TryRead(text, isWanted: true, out var value))
            return IsNothing(text) ? DecodeFailure.NoChannels : DecodeFailure.OnlyTexts;
        rows.Add(rows.Device(message.Device), message.ArrivalTicks, slot, value);
        return rows.HasRows ? DecodeFailure.None : DecodeFailure.NoChannels;
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == text[^1] && (text[0] is (byte)'"' or (byte)'\'') ? JsonRepair.Trim(text[1..^1]) : text;

    /// <summary>What programs write where they have no number.</summary>
    private static bool IsNothing(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "null"u8) || Ascii.EqualsIgnoreCase(text, "none"u8)
        || Ascii.EqualsIgnoreCase(text, "unavailable"u8) || Ascii.EqualsIgnoreCase(text, "unknown"u8);
}
