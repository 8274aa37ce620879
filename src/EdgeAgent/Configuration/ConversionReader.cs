using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads what becomes of values: <c>rename</c>, <c>convert</c>, <c>words</c>, and how numbers are written that are texts.
/// </summary>
internal static class ConversionReader
{
    private const string Expected =
        "{ from = \"°F\", to = \"°C\" }, { from = [4, 20], to = [0, 10] } or { scale = 0.1, offset = -40 }";

    public static void Read(TomlScope source, SourceOptions options)
    {
        options.HasDecimalComma = source.Boolean("decimal_comma", options.HasDecimalComma);
        options.StripsUnits = source.Boolean("strip_units", options.StripsUnits);
        var words = source.Table("words");
        foreach (var word in words.Keys)
            if (words.Number(word) is { } value) options.Words[word] = value;
        var renames = source.Table("rename");
        foreach (var name in renames.Keys)
            if (renames.Text(name) is { } to) options.Conversions[name] = new ConversionOptions { To = to };
        var conversions = source.Table("convert");
        foreach (var name in conversions.Keys)
        {
            var (scale, offset) = Conversion(conversions, name);
            options.Conversions[name] = (options.Conversions.GetValueOrDefault(name) ?? new ConversionOptions()) with
            {
                Scale = scale, Offset = offset,
            };
        }
    }

    /// <summary>What makes a value in the wanted unit of one as it arrives; nothing where it is wrong and reported.</summary>
    /// <param name="table">Holds the key.</param>
    /// <param name="key">Of a table like <see cref="Expected"/>.</param>
    private static (double Scale, double Offset) Conversion(TomlScope table, string key)
    {
        if (table.Find(key) is not TableNode)
        {
            table.Wrong(key, table.Find(key)!, Expected);
            return (1, 0);
        }
        return Linear(table.Table(key), key);
    }

    /// <summary>Reads <c>from</c> and <c>to</c>, or <c>scale</c> and <c>offset</c>, of a table that has other keys, too.</summary>
    public static (double Scale, double Offset) Linear(TomlScope table, string what)
    {
        var (scale, offset) = (table.Real("scale", s => s != 0, "a number other than 0") ?? 1, table.Real("offset") ?? 0);
        if (table.Find("from") is not { } from)
        {
            if (table.Find("to") is { } alone)
                table.Report("to", alone, "says what values become, but nothing says what they are", $"add from, as in {Expected}");
            return (scale, offset);
        }
        if (table.Find("to") is not { } to)
        {
            table.Report("from", from, $"says what \"{what}\" is sent in, but nothing says what it becomes", $"add to, as in {Expected}");
            return (1, 0);
        }
        if (Range(from) is { } low && Range(to) is { } high)
            return UnitConversions.Between(low, high);
        if (from is TextNode unit && to is TextNode wanted)
        {
            if (UnitConversions.Between(unit.Value, wanted.Value) is { } known)
                return known;
            var unknown = UnitConversions.IsKnown(unit.Value) ? UnitConversions.IsKnown(wanted.Value) ? null : wanted : unit;
            table.Wrong(unknown == wanted ? "to" : "from", unknown ?? from,
                unknown is null ? $"a unit that can become \"{wanted.Value}\""
                    : "a unit that is known, as \"°F\", \"psi\" or \"mm/s\"; for others give scale and offset");
            return (1, 0);
        }
        table.Wrong("from", from, Expected);
        return (1, 0);
    }

    private static (double Low, double High)? Range(ConfigurationNode node) =>
        node is ListNode { Items: [var low, var high] } && Number(low) is { } a && Number(high) is { } b && a < b ? (a, b) : null;

    private static double? Number(ConfigurationNode node) => node switch
    {
        IntegerNode integer => integer.Value,
        FloatNode { Value: var value } when double.IsFinite(value) => value,
        _ => null,
    };
}
