using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a source's <c>channels</c>: everything below a path, or a list of names or tables.</summary>
internal static class ChannelReader
{
    private const string Key = "channels";
    private const string Expected =
        "\"PATH.*\" for every number below PATH, \"*\" for every number, or a list of names or of tables { name, path, unit, from, to, "
            + "min, max }";

    public static void Read(TomlScope source, SourceOptions options, PayloadOptions preset)
    {
        var written = source.Find(Key);
        if (written is null)
            options.ChannelsBelow = preset.ChannelsBelow ?? (options.ValuePath is null ? "" : null);
        else if (written is TextNode text && Below(text.Value) is { } below)
            options.ChannelsBelow = below;
        else if (written is ListNode { Items.Count: > 0 } list)
            options.Channels = Listed(source, list);
        else
            source.Wrong(Key, written, Expected);
    }

    /// <summary>Reads <c>columns</c>, which only a line of values has.</summary>
    public static void ReadColumns(TomlScope source, SourceOptions options)
    {
        const string ColumnsKey = "columns";
        const string Example = "write, for example, columns = [\"temp\", \"pressure\"]";
        var written = source.Find(ColumnsKey);
        if (options.Decode != "csv" && written is not null)
            source.Report(ColumnsKey, written, "is for lines of values", "write decode = \"csv\", or leave it out");
        else if (written is ListNode { Items.Count: > 0 } list && list.Items.TrueForAll(item => item is TextNode)
            && list.Items.Count <= options.ChannelLimit)
            options.Columns = [.. list.Items.Cast<TextNode>().Select(item => item.Value)];
        else if (written is not null)
            source.Wrong(ColumnsKey, written, $"a list of at most {options.ChannelLimit} texts, \"\" for a value to leave out");
        else if (options.Decode == "csv")
            source.Missing(ColumnsKey, Example);
        if (written is not null && options.Columns.Where(c => c.Length > 0).GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
            source.Report(ColumnsKey, written, $"names the channel \"{twice.Key}\" twice", "each column has a name of its own");
    }

    private static string? Below(string text)
    {
        if (text == "*")
            return "";
        var path = text.EndsWith(".*", StringComparison.Ordinal) ? text[..^2] : "";
        return ConfigurationChecks.PayloadPath(path) is null ? path : null;
    }

    private static List<ChannelOptions> Listed(TomlScope source, ListNode list)
    {
        var channels = new List<ChannelOptions>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            var channel = item is TextNode text ? Named(source, text) : Channel(source.Element(Key, i, item));
            if (channel.Name.Length > 0 && channels.Exists(known => known.Name == channel.Name))
                source.Report(Key, item, $"names the channel \"{channel.Name}\" twice", "each channel has a name of its own");
            if (IsPattern(channel)) ReportPattern(source, item, channel.Name, list.Items.Count == 1);
            channels.Add(channel);
        }
        return channels;
    }

    /// <summary>A list names channels one by one: as a name, a pattern would be one channel that the last of many values gets.</summary>
    private static bool IsPattern(ChannelOptions channel) =>
        channel.Path == channel.Name && (channel.Name == "*" || channel.Name.EndsWith(".*", StringComparison.Ordinal));

    private static void ReportPattern(TomlScope source, ConfigurationNode item, string pattern, bool isAlone) => source.Report(
        Key, item, $"has \"{pattern}\" in a list, where each entry is the name of one channel",
        (isAlone ? $"write {Key} = \"{pattern}\" for every number there"
            : $"write {Key} = \"{pattern}\" for every number there, or list the channels by name")
            + $"; a channel that is called so is {{ name = \"{pattern}\", path = '\"{pattern}\"' }}");

    private static ChannelOptions Named(TomlScope source, TextNode text)
    {
        if (string.IsNullOrWhiteSpace(text.Value))
            source.Wrong(Key, text, "the name of a channel");
        return new ChannelOptions { Name = text.Value, Path = text.Value };
    }

    private static ChannelOptions Channel(TomlScope table)
    {
        var name = table.NeededText("name", "pressure");
        var (scale, offset) = ConversionReader.Linear(table, name);
        var channel = new ChannelOptions
        {
            Name = name,
            Path = table.Text("path") ?? name,
            Unit = table.Text("unit"),
            Scale = scale,
            Offset = offset,
            Min = table.Number("min"),
            Max = table.Number("max"),
        };
        if (channel.Min >= channel.Max)
            table.Report("max", table.Find("max")!, $"is {channel.Max}, not above `min`, which is {channel.Min}", "expected min < max");
        return channel;
    }
}
