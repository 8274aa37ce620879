using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Auto;

/// <summary>
/// Finds out what a topic sends: by what the sender says of it (MQTT 5 content type), then by what its first good message shows. From
/// then on the topic keeps its format. Formats that have no place for what names are made of are none for the source. Belongs to a
/// source's loop.
/// </summary>
internal sealed class AutoDecoder : IPayloadDecoder, IDisposable
{
    private const string Document = "json", Sparkplug = "sparkplug-b";

    private readonly ChannelTable _channels;
    private readonly Utf8Cache<IPayloadDecoder> _byTopic;
    private readonly Dictionary<string, IPayloadDecoder> _byFormat = [];

    /// <summary>Whether the source says where in a document things stand: a pack of SenML has places of its own.</summary>
    private readonly bool _saysPlaces;
    /// <summary>Why a payload is refused that no format of the source could be.</summary>
    private readonly DecodeFailure _nameless;

    /// <param name="source">How payloads are read, whatever their format.</param>
    /// <param name="channels">The source's channels.</param>
    /// <param name="make">Makes the decoder of a format, here and never while a message is read.</param>
    public AutoDecoder(PayloadOptions source, ChannelTable channels, Func<string, PayloadOptions, ChannelTable, IPayloadDecoder> make)
    {
        (_channels, _byTopic) = (channels, new Utf8Cache<IPayloadDecoder>(source.TopicLimit));
        _saysPlaces = source.Rows is not null || source.ValuePath is not null || source.Time is not null;
        _nameless = NameTemplate.Parse(source.Device).IsOfTopic ? DecodeFailure.NoChannelName : DecodeFailure.NoDevice;
        foreach (var format in FormatSigns.Formats.Append(Sparkplug))
            if (FormatPlaces.CanName(format, source)) _byFormat.Add(format, make(format, source, channels));
    }

    public bool NamesDevices => _byFormat[Document].NamesDevices;

    public bool NamesDevicesOf(ReadOnlySpan<byte> topic) =>
        _byFormat.GetValueOrDefault(TopicFormat(topic) ?? Document) is not { } decoder || decoder.NamesDevicesOf(topic);

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        if (_byTopic.TryGet(message.Topic, out var known)) return known.Decode(message, rows);
        var (first, tried, isDocument) = (DecodeFailure.None, 0, false);
        var said = TopicFormat(message.Topic) ?? ContentTypes.Format(message.ContentType);
        if (said is not null && Try(said, message, rows, ref first, ref tried)) return DecodeFailure.None;
        if (said != Sparkplug)
        {
            foreach (var format in FormatSigns.Of(message.Payload, _saysPlaces))
            {
                if (format == said) continue;
                isDocument |= tried == 0 && format == Document;
                if (Try(format, message, rows, ref first, ref tried)) return DecodeFailure.None;
            }
        }
        // Of several guesses none says why the payload is what it is.
        return tried == 0 ? _nameless : tried == 1 || isDocument || said == Document ? first : DecodeFailure.UnknownFormat;
    }

    public void Dispose()
    {
        foreach (var decoder in _byFormat.Values)
            (decoder as IDisposable)?.Dispose();
    }

    /// <summary>Reads a message as a format would have it; a refused one leaves nothing behind.</summary>
    private bool Try(string format, in IncomingMessage message, DecodedRows rows, ref DecodeFailure first, ref int tried)
    {
        if (!_byFormat.TryGetValue(format, out var decoder)) return false;
        var slots = _channels.Slots;
        var failure = decoder.Decode(message, rows);
        if (failure == DecodeFailure.None)
        {
            _byTopic.Set(message.Topic, decoder);
            return true;
        }
        if (tried++ == 0) first = failure;
        _channels.ForgetAfter(slots);
        rows.Clear();
        return false;
    }

    /// <summary>Sparkplug reserves its topics.</summary>
    private static string? TopicFormat(ReadOnlySpan<byte> topic) => topic.StartsWith("spBv1.0/"u8) ? Sparkplug : null;
}
