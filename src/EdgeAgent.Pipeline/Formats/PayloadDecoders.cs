using EdgeAgent.Pipeline.Formats.Cbor;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.MessagePack;
using EdgeAgent.Pipeline.Formats.SenMl;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The decoders by the name that a configuration gives them in <c>decode</c>.</summary>
internal static class PayloadDecoders
{
    /// <exception cref="ArgumentException">There is none of that name; the configuration was to be checked before.</exception>
    public static IPayloadDecoder Of(PayloadOptions options, ChannelTable channels) => options.Decode switch
    {
        "json" => new JsonDecoder(options, channels),
        "cbor" => new CborDecoder(options, channels),
        "msgpack" => new MessagePackDecoder(options, channels),
        "senml" => new SenMlDecoder(options),
        _ => throw new ArgumentException($"decode = \"{options.Decode}\": there is no such decoder"),
    };
}
