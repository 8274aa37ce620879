using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The decoders by the name that a configuration gives them in <c>decode</c>.</summary>
internal static class PayloadDecoders
{
    /// <exception cref="ArgumentException">There is none of that name; the configuration was to be checked before.</exception>
    public static IPayloadDecoder Of(PayloadOptions options, ChannelTable channels) => options.Decode switch
    {
        "json" => new JsonDecoder(options, channels),
        _ => throw new ArgumentException($"decode = \"{options.Decode}\": there is no such decoder"),
    };
}
