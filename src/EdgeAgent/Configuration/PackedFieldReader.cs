using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads <c>packed.fields</c>, and makes a channel of each.</summary>
internal static class PackedFieldReader
{
    private const string Key = "fields";

    public static void Read(TomlScope packed, PackedOptions into, SourceOptions options)
    {
        var written = packed.Find(Key);
        if (written is null)
            packed.Missing(Key, "write, for example, fields = [{ name = \"pressure\", at = 0, type = \"f32be\" }]");
        else if (written is not ListNode { Items.Count: > 0 } list)
            packed.Wrong(Key, written, "a list of tables { name, at, type, bits, scale, offset, unit, min, max }");
        else
            for (var i = 0; i < list.Items.Count; i++)
                Read(packed, packed.Element(Key, i, list.Items[i]), list.Items[i], into, options);
    }

    /// <summary>The first byte of a number.</summary>
    public static int Place(TomlScope table, SourceOptions options)
    {
        if (!table.Has("at"))
            table.Missing("at", "write the number of its first byte, counted from 0");
        return table.Integer("at", 0, 0, options.PayloadLimit);
    }

    public static PackedType Type(TomlScope table) =>
        PackedType.TryParse(table.NeededText("type", "f32be", t => PackedType.TryParse(t) is null ? PackedType.Expected : null))
            ?? new PackedType(PackedKind.Unsigned, 1, PackedOrder.BigEndian);

    private static void Read(TomlScope packed, TomlScope table, ConfigurationNode item, PackedOptions into, SourceOptions options)
    {
        if (item is not TableNode)
            return;
        var field = new PackedField
        {
            Name = table.NeededText("name", "pressure"), At = Place(table, options), Type = Type(table),
        };
        ReadBits(table, field);
        if (field.Name.Length > 0 && into.Fields.Exists(known => known.Name == field.Name))
            packed.Report(Key, item, $"names the channel \"{field.Name}\" twice", "each field has a name of its own");
        into.Fields.Add(field);
        options.Channels.Add(new ChannelOptions
        {
            Name = field.Name,
            Unit = table.Text("unit"),
            Scale = table.Real("scale", scale => scale != 0, "a number other than 0") ?? 1,
            Offset = table.Real("offset") ?? 0,
            Min = table.Number("min"),
            Max = table.Number("max"),
        });
        var channel = options.Channels[^1];
        if (channel.Min >= channel.Max)
            table.Report("max", table.Find("max")!, $"is {channel.Max}, not above `min`, which is {channel.Min}", "expected min < max");
    }

    /// <summary>One bit, as 3 or "3", or several, as in "4-7".</summary>
    private static void ReadBits(TomlScope table, PackedField field)
    {
        const string BitsKey = "bits";
        if (table.Find(BitsKey) is not { } written)
            return;
        var parts = written is IntegerNode number
            ? [number.Value.ToString(CultureInfo.InvariantCulture)]
            : written is TextNode text ? text.Value.Split('-', StringSplitOptions.TrimEntries) : [];
        if (parts.Length is 1 or 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last && last < 8 * field.Type.Bytes && field.Type.Kind != PackedKind.Float)
            (field.FirstBit, field.Bits) = (first, last - first + 1);
        else
            table.Wrong(BitsKey, written,
                $"bits of a whole number from 0, the least significant, to {8 * field.Type.Bytes - 1}, as in \"3\" or \"4-7\"");
    }
}
