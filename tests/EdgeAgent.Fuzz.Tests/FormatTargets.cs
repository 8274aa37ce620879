using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;

namespace EdgeAgent.Fuzz;

/// <summary>Payloads of every format that a source can name, each read by a decoder that has read many before.</summary>
internal static class FormatTargets
{
    private static readonly string[] Topics = ["plant/pump-7/telemetry", "spBv1.0/plant/DDATA/edge/pump-7", "spBv1.0/plant/NBIRTH/edge"];

    public static IReadOnlyList<FuzzTarget> All { get; } = [.. PayloadDecoders.Names.SelectMany(Of)];

    /// <summary>A payload as the whole of the document, and with rows, names and times of its own.</summary>
    private static IEnumerable<FuzzTarget> Of(string format)
    {
        yield return Target(format, new PayloadOptions
        {
            Decode = format, ChannelsBelow = "", Packed = Packed(format), Columns = ["a", "b"],
        });
        if (format is "json" or "cbor" or "msgpack" or Auto)
            yield return Target($"{format}-rows", new PayloadOptions
            {
                Decode = format, Rows = "*[*]", NamePath = "n", ValuePath = "v", Time = "$.ts", Device = "{payload.id}-{row.d}",
                Channel = "{topic[0]}.{name}", ChannelsBelow = null, HasDecimalComma = true, StripsUnits = true,
                Quality = new QualityOptions { Path = "q" }, SampleRatePath = "rate",
            });
    }

    private const string Auto = PayloadDecoders.Auto;

    private static PackedOptions? Packed(string format) => format != "packed" ? null : new PackedOptions
    {
        Fields = [new() { Name = "a", Type = TypeOf("i16be") }, new() { Name = "b", At = 2, Type = TypeOf("f32le") }],
        Frame = 6, HeaderBytes = 1,
    };

    private static PackedType TypeOf(string name) => PackedType.TryParse(name)!.Value;

    private static FuzzTarget Target(string name, PayloadOptions options)
    {
        var rows = new Lazy<(IPayloadDecoder Decoder, DecodedRows Rows)>(() =>
        {
            var channels = new ChannelTable(options);
            return (PayloadDecoders.Of(options, channels), new DecodedRows(channels, null));
        });
        return new FuzzTarget(name, bytes =>
        {
            // The first byte chooses the topic, so that one corpus reaches births and data.
            var topic = bytes.Length == 0 ? 0 : bytes[0] % Topics.Length;
            Decode(rows.Value.Decoder, rows.Value.Rows, Topics[topic], bytes.AsSpan(Math.Min(1, bytes.Length)));
        });
    }

    private static void Decode(IPayloadDecoder decoder, DecodedRows rows, string topic, ReadOnlySpan<byte> payload)
    {
        rows.Clear();
        var message = new IncomingMessage
        {
            Topic = System.Text.Encoding.UTF8.GetBytes(topic), Payload = payload, ArrivalTicks = DateTime.UnixEpoch.Ticks,
        };
        var slots = rows.Channels.Slots;
        if (decoder.Decode(message, rows) != DecodeFailure.None)
        {
            rows.Channels.ForgetAfter(slots);
            return;
        }
        rows.Finish();
        foreach (var device in rows.Devices)
        {
            if (decoder.NamesDevicesOf(message.Topic) && rows.Name(device).IsEmpty)
                throw new InvalidOperationException("a device without a name");
            foreach (var row in rows.Rows(device))
                if (rows.Values(row).Length > rows.Channels.Slots) throw new InvalidOperationException("more values than channels");
        }
    }
}
