using EdgeAgent.Pipeline.Formats.Influx;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Formats.SenMl;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Which places payloads of a format have for a source's paths and names. The check of a configuration asks, and
/// <see cref="Auto.AutoDecoder"/> when it is made, so that no message is the first to find out.
/// </summary>
internal static class FormatPlaces
{
    /// <summary>Whether its payloads are nested objects, which paths lead through. <c>auto</c> may find one that is.</summary>
    public static bool HasPaths(string format) => format is PayloadDecoders.Auto or "json" or "cbor" or "msgpack";

    /// <summary>Whether event time has a path.</summary>
    /// <param name="format">The format.</param>
    /// <param name="isInDocument">Whether binary frames stand in a document: then their time does, too.</param>
    public static bool HasTimePath(string format, bool isInDocument) => HasPaths(format) || (format == "packed" && isInDocument);

    /// <summary>Whether all that the source's devices and channels are named by may stand in payloads of a format.</summary>
    public static bool CanName(string format, PayloadOptions source) =>
        CanName(format, source, source.Device) && (source.Channel is null || CanName(format, source, source.Channel));

    /// <summary>Whether all of a template may stand in payloads of a format.</summary>
    public static bool CanName(string format, PayloadOptions source, string template) =>
        NameTemplate.TryParse(template) is not { } name || name.Parts.All(part => Has(format, source.Packed?.In is not null, part));

    private static bool Has(string format, bool isInDocument, NamePart part) => part.Place switch
    {
        NamePlace.Literal or NamePlace.Topic => true,
        NamePlace.Payload or NamePlace.Row => format switch
        {
            "scalar" or "csv" or "sparkplug-b" => false,
            "influx" => part.Place == NamePlace.Payload && InfluxPlaces.IsPlace(part.Text),
            "senml" => SenMlNames.HasPlace(part.Text),
            "packed" => isInDocument,
            _ => true,
        },
        NamePlace.Name => HasPaths(format) || format is "influx" or "senml",
        _ => HasPaths(format),
    };
}
