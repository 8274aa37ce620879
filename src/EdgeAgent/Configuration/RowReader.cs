using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads where a source's payloads say what: a preset, the paths of rows, and what names devices and channels are made of.
/// </summary>
internal static class RowReader
{
    /// <summary>How payloads are read unless the source says otherwise.</summary>
    public static PayloadOptions Preset(TomlScope source)
    {
        if (source.Text("preset") is not { } name)
            return new PayloadOptions();
        if (Presets.Find(name) is { } preset)
            return preset;
        var nearest = NearestName.Find(name, Presets.Names);
        source.Wrong("preset", source.Find("preset")!,
            $"one of {string.Join(", ", Presets.Names)}{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}");
        return new PayloadOptions();
    }

    public static void Read(TomlScope source, SourceOptions options, PayloadOptions preset)
    {
        options.Device = source.Text("device", ConfigurationChecks.Name) ?? preset.Device;
        options.Channel = source.Text("channel", ConfigurationChecks.Name) ?? preset.Channel;
        options.Rows = source.Text("rows", ConfigurationChecks.PayloadPath) ?? preset.Rows;
        options.NamePath = source.Text("name", ConfigurationChecks.PayloadPath) ?? preset.NamePath;
        options.ValuePath = source.Text("value", ConfigurationChecks.ValuePath) ?? preset.ValuePath;
        options.Quality = Quality(source) ?? preset.Quality;
        if (options.NamePath is not null && options.ValuePath is null && source.Find("name") is { } name)
            source.Report(
                "name", name, "says where a value's channel stands, but nothing says where the value does", "add value = \"PATH\"");
    }

    private static QualityOptions? Quality(TomlScope source)
    {
        if (source.Find("quality") is not TableNode)
            return source.Text("quality", ConfigurationChecks.PayloadPath) is { } path ? new QualityOptions { Path = path } : null;
        var table = source.Table("quality");
        return new QualityOptions
        {
            Path = table.NeededText("path", "status", ConfigurationChecks.PayloadPath),
            Good = Good(table),
            Codes = table.Choice("codes", QualityCodes.Auto, ("opc-da", QualityCodes.OpcDa), ("opc-ua", QualityCodes.OpcUa)),
        };
    }

    private static List<string> Good(TomlScope table)
    {
        if (table.Find("good") is not { } value)
            return [];
        List<ConfigurationNode> items = value is ListNode list ? list.Items : [value];
        foreach (var item in items)
            if (item is not (TextNode or IntegerNode or BooleanNode))
                table.Wrong("good", item, "a list of texts and whole numbers, as in [\"Good\", 192]");
        return [.. items.Select(item => item is TextNode text ? text.Value : item.Shown)];
    }
}
