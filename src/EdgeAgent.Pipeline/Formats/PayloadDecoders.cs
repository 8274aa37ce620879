using EdgeAgent.Pipeline.Formats.Compression;
using EdgeAgent.Pipeline.Formats.Influx;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Formats.Scalar;
using EdgeAgent.Pipeline.Formats.SparkplugB;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The decoders by the name that a configuration gives them in <c>decode</c>.</summary>
internal static class PayloadDecoders
{
    /// <exception cref="ArgumentException">There is none of that name; the configuration was to be checked before.</exception>
    public static IPayloadDecoder Of(PayloadOptions options, ChannelTable channels) => options.Decode switch
    {
        // Its bytes may begin like anything.
        "packed" when options.Packed?.In is null => new PackedDecoder(options, channels),
        _ => new CompressedDecoder(Plain(options, channels), options),
    };

    private static IPayloadDecoder Plain(PayloadOptions options, ChannelTable channels) => options.Decode switch
    {
        "json" => new JsonDecoder(options, channels),
        "scalar" => new ScalarDecoder(options, channels),
        "influx" => new InfluxDecoder(options, channels),
        "packed" => new PackedDecoder(options, channels),
        "sparkplug-b" => new SparkplugDecoder(options, channels),
        _ => throw new ArgumentException($"decode = \"{options.Decode}\": there is no such decoder"),
    };
}
