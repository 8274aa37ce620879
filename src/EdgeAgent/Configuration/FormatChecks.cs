using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Checks that a source's paths, names and times ask only for what payloads of its format have.</summary>
internal static class FormatChecks
{
    private static readonly string[] RowKeys = ["rows", "name", "value", "quality"];

    public static void Check(TomlScope source, SourceOptions options)
    {
        CheckName(source, "device", options.Device, options);
        if (options.Channel is not null)
            CheckName(source, "channel", options.Channel, options);
        CheckTime(source, options);
        CheckRows(source, options);
        NameLimits.Check(source, options);
        if (options.Decode != "sparkplug-b" && source.Find("rebirth") is { } rebirth)
            source.Report("rebirth", rebirth, "is for Sparkplug", "write decode = \"sparkplug-b\", or leave it out");
        if (options.Decode != "packed" && source.Find("packed") is { } packed)
            source.Report("packed", packed, "is for binary payloads", "write decode = \"packed\", or leave it out");
    }

    private static void CheckTime(TomlScope source, SourceOptions options)
    {
        if (options.Time is null && options.Times.Counter is null)
            return;
        if (FormatPlaces.HasTimePath(options.Decode, options.Packed?.In is not null) || source.Find("time") is not { } time)
            return;
        if (options.Decode == "packed")
            source.Report("time", time, "is a path, but the payload is binary", "write packed.time = { at = 0, type = \"u32be\" }");
        else
            source.Report("time", time, $"is a path, but decode = \"{options.Decode}\" has none", options.Decode is "scalar" or "csv"
                ? "event time is the time of arrival; leave it out" : "messages have their time where the format says; leave it out");
    }

    private static void CheckRows(TomlScope source, SourceOptions options)
    {
        if (FormatPlaces.HasPaths(options.Decode))
            return;
        foreach (var key in RowKeys)
            if (source.Find(key) is { } written)
                source.Report(key, written, $"is a path, but payloads of decode = \"{options.Decode}\" have none",
                    "the format says where its values stand; leave it out");
    }

    /// <summary>A name that a preset brings is its user's to replace.</summary>
    private static void CheckName(TomlScope source, string key, string template, SourceOptions options)
    {
        if (FormatPlaces.CanName(options.Decode, options, template))
            return;
        var places = Places(options);
        if (source.Find(key) is { } written)
            source.Report(key, written, $"is {written.Shown}, but payloads of decode = \"{options.Decode}\" have no such place", places);
        else if (source.Find("decode") is { } decode)
            source.Report("decode", decode, $"is {decode.Shown}, but the preset's {key} is \"{template}\", and payloads of that format "
                + "have no such place", $"give {key}: {places}");
    }

    private static string Places(SourceOptions options) => options.Decode switch
    {
        "influx" => "a line has payload.name, its measurement, and tags, as in \"payload.tags.host\"; `name` is the field's",
        "senml" => "a record has payload.bn, payload.n, payload.u and payload.name, which is both names together",
        "packed" when options.Packed?.In is not null => "the JSON around the bytes has places, as in \"payload.id\"",
        _ => "only the topic has names, as in \"topic[1]\"",
    };
}
