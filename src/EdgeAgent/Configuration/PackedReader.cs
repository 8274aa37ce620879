using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a source's table <c>packed</c>: the fields of binary payloads, which are the source's channels.</summary>
internal static class PackedReader
{
    private const string Key = "packed";

    /// <summary>Whether frames stand in a document, which has places besides.</summary>
    public static bool IsInDocument(TomlScope source) => source.Find(Key) is TableNode table && table.Entries.ContainsKey("in");

    public static void Read(TomlScope source, SourceOptions options)
    {
        if (!source.Has(Key))
        {
            source.Missing(Key, "write, for example, packed = { fields = [{ name = \"pressure\", at = 0, type = \"f32be\" }] }");
            return;
        }
        if (source.Find("channels") is { } channels)
            source.Report("channels", channels, "does not go with decode = \"packed\"", "packed.fields are the channels; leave it out");
        var table = source.Table(Key);
        var packed = new PackedOptions
        {
            HeaderBytes = table.Integer("skip", 0, 0, options.PayloadLimit),
            Frame = table.Integer("frame", 1, options.PayloadLimit),
            In = table.Text("in", ConfigurationChecks.PayloadPath),
            Encoding = table.Choice("encoding", PackedText.Base64, ("base64", PackedText.Base64), ("hex", PackedText.Hex)),
            Time = table.Has("time") ? Time(table.Table("time"), options) : null,
        };
        options.Packed = packed;
        PackedFieldReader.Read(table, packed, options);
        CheckFrames(table, packed, options);
        if (packed.In is null && table.Find("encoding") is { } encoding)
            table.Report("encoding", encoding, "is for frames that are text in JSON", "say with `in` where they stand, or leave it out");
        if (options.SampleRatePath is not null && source.Find("sample_rate") is { } rate)
            source.Report("sample_rate", rate, "is a path, but frames have none", "write the rate, as in \"100Hz\"");
    }

    private static PackedTime Time(TomlScope table, SourceOptions options) => new()
    {
        At = PackedFieldReader.Place(table, options),
        Type = PackedFieldReader.Type(table),
        UnitTicks = table.Choice(
            "unit", 0.0, ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
            ("us", TimeSpan.TicksPerMicrosecond), ("ns", 1.0 / TimeSpan.NanosecondsPerTick)),
    };

    private static void CheckFrames(TomlScope table, PackedOptions packed, SourceOptions options)
    {
        if (packed.Frame is not { } frame || table.Find("frame") is not { } written)
            return;
        if (packed.Fields.Find(f => f.At + f.Type.Bytes > frame) is { } field)
            table.Report("frame", written, $"is {frame}, but \"{field.Name}\" ends at byte {field.At + field.Type.Bytes}",
                "count a frame's bytes from its first to its last");
        if (options.SampleRate is not null)
            return;
        if (packed.Time is null)
            table.Report("frame", written, "makes several readings of a payload, which would all have one time",
                "give the rate of frames with sample_rate, as in \"100Hz\", or the place of each frame's time with packed.time");
        else if (packed.Time.At + packed.Time.Type.Bytes > frame)
            table.Report("frame", written, $"is {frame}, but the time ends at byte {packed.Time.At + packed.Time.Type.Bytes}",
                "without sample_rate each frame has a time of its own");
    }
}
