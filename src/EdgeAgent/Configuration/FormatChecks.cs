using EdgeAgent.Pipeline.Formats.Influx;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Formats.SenMl;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Checks that a source's names and times ask only for what payloads of its format have.</summary>
internal static class FormatChecks
{
    /// <summary>Formats whose channels are named one by one without nesting: all are taken unless the source lists some.</summary>
    public static bool IsFlat(string format) => format is "scalar" or "influx" or "sparkplug-b";

    public static void Check(TomlScope source, SourceOptions options)
    {
        CheckName(source, "device", options.Device, options);
        if (options.Channel is not null)
            CheckName(source, "channel", options.Channel, options);
        if (IsFlat(options.Decode) && options.Time is not null)
            source.Report("time", source.Find("time")!, $"is a path, but decode = \"{options.Decode}\" has none", options.Decode == "scalar"
                ? "event time is the time of arrival; leave it out" : "messages have their time where the format says; leave it out");
        if (options.Decode != "sparkplug-b" && source.Find("rebirth") is { } rebirth)
            source.Report("rebirth", rebirth, "is for Sparkplug", "write decode = \"sparkplug-b\", or leave it out");
        if (options.Decode != "packed" && source.Find("packed") is { } packed)
            source.Report("packed", packed, "is for binary payloads", "write decode = \"packed\", or leave it out");
    }

    private static void CheckName(TomlScope source, string key, string template, SourceOptions options)
    {
        if (source.Find(key) is not { } written || NameTemplate.TryParse(template) is not { IsOfTopic: false } name)
            return;
        var remedy = options.Decode switch
        {
            "scalar" or "sparkplug-b" => "only the topic has names, as in \"topic[1]\"",
            "packed" when options.Packed?.In is null => "only the topic has names, as in \"topic[1]\"",
            "influx" when name.Parts.Any(p => !IsOfLine(p)) =>
                "a line has payload.name, its measurement, and tags, as in \"payload.tags.host\"; `name` is the field's",
            "senml" when name.Parts.Any(p => !IsOfRecord(p)) =>
                "a record has bn, its base name, n, u, and name, which is bn and n, as in \"payload.bn\"",
            _ => null,
        };
        if (remedy is not null)
            source.Report(key, written, $"is {written.Shown}, but payloads of decode = \"{options.Decode}\" have no such place", remedy);
    }

    private static bool IsOfRecord(NamePart part) => part.Place switch
    {
        NamePlace.Key => false,
        NamePlace.Payload or NamePlace.Row => SenMlNames.HasPlace(part.Text),
        _ => true,
    };

    private static bool IsOfLine(NamePart part) => part.Place switch
    {
        NamePlace.Row or NamePlace.Key => false,
        NamePlace.Payload => InfluxPlaces.IsPlace(part.Text),
        _ => true,
    };
}
