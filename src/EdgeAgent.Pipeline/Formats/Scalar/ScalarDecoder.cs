using System.Text;
using EdgeAgent.Pipeline.Common;
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
    private readonly ChannelTable _table;
    private readonly bool _isTold;
    private readonly TextValue _texts;
    private readonly NamedChannels _channels;
    private readonly BoundName _name;
    private readonly CapturedTexts _noTexts = new();
    /// <summary>Slots by topic, <see cref="NamedChannels.NotWanted"/> among them.</summary>
    private readonly Utf8Cache<int> _slots;
    private int _forgotten;

    public ScalarDecoder(PayloadOptions source, ChannelTable channels)
    {
        (_table, _isTold) = (channels, source.Decode != PayloadDecoders.Auto);
        _slots = new Utf8Cache<int>(source.TopicLimit);
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
        ForgetStaleSlots();
        var isKnown = _slots.TryGet(message.Topic, out var slot);
        var name = isKnown ? [] : _name.Of(message.Topic, _noTexts);
        if (!isKnown && name.IsEmpty) return DecodeFailure.NoChannelName;
        if (!isKnown && !_channels.Wants(name)) _slots.Set(message.Topic, slot = NamedChannels.NotWanted);
        var isNumber = _texts.TryRead(text, isWanted: true, out var value);
        // Where the format is a guess, a text says that it may be another.
        if (slot == NamedChannels.NotWanted && (isNumber || _isTold)) return DecodeFailure.NotTelemetry;
        if (!isNumber)
            return IsNothing(text) ? DecodeFailure.NoUsableValue : DecodeFailure.OnlyTexts;
        if (!isKnown)
        {
            slot = _channels.Find(name, -1, out _);
            if (slot == NamedChannels.Full) return _table.Refusal;
            _slots.Set(message.Topic, slot);
        }
        else
        {
            _table.Note(slot);
        }
        rows.Add(rows.Device(message.Device), message.ArrivalTicks, slot, value);
        return rows.HasRows ? DecodeFailure.None : DecodeFailure.NoUsableValue;
    }

    /// <summary>What a refused message brought is forgotten by the table, and its slots go to others.</summary>
    private void ForgetStaleSlots()
    {
        if (_forgotten == _table.Forgotten) return;
        _forgotten = _table.Forgotten;
        _slots.Clear();
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == text[^1] && (text[0] is (byte)'"' or (byte)'\'') ? JsonRepair.Trim(text[1..^1]) : text;

    /// <summary>What programs write where they have no number.</summary>
    private static bool IsNothing(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "null"u8) || Ascii.EqualsIgnoreCase(text, "none"u8)
        || Ascii.EqualsIgnoreCase(text, "unavailable"u8) || Ascii.EqualsIgnoreCase(text, "unknown"u8);
}
