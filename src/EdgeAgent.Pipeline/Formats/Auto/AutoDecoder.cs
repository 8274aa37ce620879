using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats.Auto;

/// <summary>
/// Finds out what a topic sends: by what the sender says of it (MQTT 5 content type), then by what its first good message shows. From
/// then on the topic keeps its format. Belongs to a source's loop.
/// </summary>
/// <param name="source">How payloads are read, whatever their format.</param>
/// <param name="channels">The source's channels.</param>
/// <param name="make">Makes the decoder of a format.</param>
internal sealed class AutoDecoder(
    PayloadOptions source, ChannelTable channels, Func<string, PayloadOptions, ChannelTable, IPayloadDecoder> make) : IPayloadDecoder
{
    /// <summary>Topics that are remembered; beyond, all are looked at anew.</summary>
    private const int TopicLimit = 100_000;
    private const int TopicBytesLimit = 1024;

    private readonly Utf8Map<IPayloadDecoder> _byTopic = new();
    private readonly Dictionary<string, IPayloadDecoder> _byFormat = [];

    private readonly FormatSigns _signs = new(source);

    public bool NamesDevices => Of("json").NamesDevices;

    public bool NamesDevicesOf(ReadOnlySpan<byte> topic) => Of(TopicFormat(topic) ?? "json").NamesDevicesOf(topic);

    /// <summary>The format that a topic was found to send; null: none yet.</summary>
    public string? FormatOf(ReadOnlySpan<byte> topic) =>
        _byTopic.TryGet(topic, out var decoder) ? _byFormat.First(f => f.Value == decoder).Key : null;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        if (_byTopic.TryGet(message.Topic, out var known)) return known.Decode(message, rows);
        var first = DecodeFailure.None;
        var slots = channels.Slots;
        var candidates = Candidates(message);
        foreach (var format in candidates)
        {
            var decoder = Of(format);
            var failure = decoder.Decode(message, rows);
            if (failure == DecodeFailure.None)
            {
                Remember(message.Topic, decoder);
                return failure;
            }
            if (first == DecodeFailure.None) first = failure;
            channels.ForgetAfter(slots);
            rows.Clear();
        }
        // Of several guesses none says why the payload is what it is.
        return candidates is [_] or ["json", ..] ? first : DecodeFailure.UnknownFormat;
    }

    private string[] Candidates(in IncomingMessage message) =>
        TopicFormat(message.Topic) is { } byTopic ? [byTopic]
        : ContentTypes.Format(message.ContentType) is { } said && _signs.MayBe(said) ? [said, .. _signs.Of(message.Payload)]
        : _signs.Of(message.Payload);

    /// <summary>Sparkplug reserves its topics.</summary>
    private static string? TopicFormat(ReadOnlySpan<byte> topic) => topic.StartsWith("spBv1.0/"u8) ? "sparkplug-b" : null;

    private IPayloadDecoder Of(string format)
    {
        if (!_byFormat.TryGetValue(format, out var decoder)) _byFormat[format] = decoder = make(format, source, channels);
        return decoder;
    }

    private void Remember(ReadOnlySpan<byte> topic, IPayloadDecoder decoder)
    {
        if (topic.Length > TopicBytesLimit) return;
        if (_byTopic.Count >= TopicLimit) _byTopic.Clear();
        _byTopic.Add(topic, decoder);
    }
}
