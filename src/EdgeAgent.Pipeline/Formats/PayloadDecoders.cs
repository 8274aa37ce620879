using EdgeAgent.Pipeline.Formats.Auto;
using EdgeAgent.Pipeline.Formats.Cbor;
using EdgeAgent.Pipeline.Formats.Compression;
using EdgeAgent.Pipeline.Formats.Csv;
using EdgeAgent.Pipeline.Formats.Influx;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.MessagePack;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Formats.Scalar;
using EdgeAgent.Pipeline.Formats.SenMl;
using EdgeAgent.Pipeline.Formats.SparkplugB;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The decoders by the name that a configuration gives them in <c>decode</c>.</summary>
internal static class PayloadDecoders
{
    /// <summary>Of formats that say themselves what they are, the one that each topic sends.</summary>
    public const string Auto = "auto";

    public static IReadOnlyList<string> Names { get; } =
        [Auto, "json", "scalar", "senml", "cbor", "msgpack", "sparkplug-b", "influx", "packed", "csv"];

    /// <exception cref="ArgumentException">There is none of that name; the configuration was to be checked before.</exception>
    public static IPayloadDecoder Of(PayloadOptions options, ChannelTable channels) => options.Decode switch
    {
        // Its bytes may begin like anything.
        "packed" when options.Packed?.In is null => new PackedDecoder(options, channels),
        Auto => new CompressedDecoder(new AutoDecoder(options, channels, Plain), options),
        _ => new CompressedDecoder(Plain(options.Decode, options, channels), options),
    };

    private static IPayloadDecoder Plain(string format, PayloadOptions options, ChannelTable channels) => format switch
    {
        "json" => new JsonDecoder(options, channels),
        "cbor" => new CborDecoder(options, channels),
        "msgpack" => new MessagePackDecoder(options, channels),
        "senml" => new SenMlDecoder(options, channels),
        "scalar" => new ScalarDecoder(options, channels),
        "influx" => new InfluxDecoder(options, channels),
        "packed" => new PackedDecoder(options, channels),
        "csv" => new CsvDecoder(options, channels),
        "sparkplug-b" => new SparkplugDecoder(options, channels),
        _ => throw new ArgumentException($"decode = \"{format}\": there is no such decoder"),
    };
}
