namespace EdgeAgent.Configuration;

/// <summary>A value as it was written, with its position.</summary>
internal abstract class ConfigurationNode(ConfigurationPosition position)
{
    private const int ShownLimit = 60;

    public ConfigurationPosition Position { get; } = position;

    /// <summary>The value as an error message shows it.</summary>
    public abstract string Shown { get; }

    protected static string Quote(string text)
    {
        var shown = text.Length <= ShownLimit ? text : text[..ShownLimit] + "…";
        return $"\"{string.Concat(shown.Select(c => char.IsControl(c) ? ' ' : c))}\"";
    }
}

/// <summary>A text. From the environment it may stand for a value of any kind.</summary>
internal sealed class TextNode(string value, ConfigurationPosition position) : ConfigurationNode(position)
{
    public string Value { get; } = value;
    public bool FromEnvironment => Position.Line == 0;
    /// <summary>Whether the characters stand in the file as they are, so that columns can be counted.</summary>
    public bool Verbatim { get; init; }
    public override string Shown => Secrets.IsUrlWithUser(Value) ? "an address with a user name or password in it" : Quote(Value);
}

internal sealed class IntegerNode(long value, ConfigurationPosition position) : ConfigurationNode(position)
{
    public long Value { get; } = value;
    public override string Shown => FormattableString.Invariant($"{Value}");
}

internal sealed class FloatNode(double value, ConfigurationPosition position) : ConfigurationNode(position)
{
    public double Value { get; } = value;
    public override string Shown => FormattableString.Invariant($"{Value}");
}

internal sealed class BooleanNode(bool value, ConfigurationPosition position) : ConfigurationNode(position)
{
    public bool Value { get; } = value;
    public override string Shown => Value ? "true" : "false";
}

/// <summary>A value of a kind that no key takes: TOML's dates and times.</summary>
internal sealed class DateNode(ConfigurationPosition position) : ConfigurationNode(position)
{
    public override string Shown => "a date or time";
}

internal sealed class ListNode(ConfigurationPosition position) : ConfigurationNode(position)
{
    public List<ConfigurationNode> Items { get; } = [];
    /// <summary>Whether it was written as <c>[[tables]]</c>, to which a later file adds.</summary>
    public bool Grows { get; init; }
    public override string Shown => "a list";
}

/// <summary>A table; its keys keep the order in which they were written.</summary>
internal sealed class TableNode(ConfigurationPosition position) : ConfigurationNode(position)
{
    /// <summary>A key's value, and where the key itself was written.</summary>
    public readonly record struct Entry(ConfigurationNode Value, ConfigurationPosition KeyPosition);

    public OrderedDictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);
    public override string Shown => "a table";

    /// <summary>Lays a later table over this one: it wins key by key, and its <c>[[tables]]</c> are added.</summary>
    /// <remarks>A loop, since dotted keys nest as deep as their author likes.</remarks>
    public void Overlay(TableNode later)
    {
        var waiting = new Stack<(TableNode Under, TableNode Over)>([(this, later)]);
        while (waiting.TryPop(out var pair))
        {
            foreach (var (key, entry) in pair.Over.Entries)
            {
                var earlier = pair.Under.Entries.TryGetValue(key, out var known) ? known.Value : null;
                if (earlier is TableNode under && entry.Value is TableNode over)
                    waiting.Push((under, over));
                else if (earlier is ListNode { Grows: true } list && entry.Value is ListNode { Grows: true } more)
                    list.Items.AddRange(more.Items);
                else
                    pair.Under.Entries[key] = entry;
            }
        }
    }
}
