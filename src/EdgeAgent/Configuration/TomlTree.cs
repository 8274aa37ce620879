using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace EdgeAgent.Configuration;

/// <summary>Turns TOML text into nodes with positions, by way of the syntax tree: no reflection, exact columns.</summary>
internal sealed class TomlTree(string file)
{
    /// <summary>Reads a whole file; syntax errors are added to <paramref name="errors"/>.</summary>
    public static TableNode Read(string text, string file, List<ConfigurationError> errors)
    {
        try
        {
            var document = SyntaxParser.Parse(text, file, validate: true);
            if (!document.HasErrors)
                return new TomlTree(file).Document(document);
            errors.AddRange(TomlSyntaxErrors.From(document, text, file));
        }
        catch (TomlException trouble)
        {
            errors.Add(TomlSyntaxErrors.From(trouble, file));
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            // The parser's own slips, such as a file that ends behind a backslash: they would end the agent.
            errors.Add(TomlSyntaxErrors.OfEnd(text, file));
        }
        return new TableNode(new ConfigurationPosition(file, 1, 1));
    }

    private TableNode Document(DocumentSyntax document)
    {
        var root = new TableNode(new ConfigurationPosition(file, 1, 1));
        AddAll(root, document.KeyValues);
        foreach (var header in document.Tables)
        {
            if (header.Name is null)
                continue;
            var keys = Keys(header.Name);
            var parent = Walk(root, keys.AsSpan()[..^1]);
            var (key, position) = keys[^1];
            var start = Position(header);
            TableNode table;
            if (header is TableArraySyntax)
            {
                if (!parent.Entries.TryGetValue(key, out var entry) || entry.Value is not ListNode list)
                    parent.Entries[key] = new(list = new ListNode(start) { Grows = true }, position);
                list.Items.Add(table = new TableNode(start));
            }
            else if (parent.Entries.TryGetValue(key, out var entry) && entry.Value is TableNode existing)
                table = existing;
            else
                parent.Entries[key] = new(table = new TableNode(start), position);
            AddAll(table, header.Items);
        }
        return root;
    }

    private void AddAll(TableNode table, SyntaxList<KeyValueSyntax> items)
    {
        foreach (var item in items)
            Add(table, item);
    }

    private void Add(TableNode table, KeyValueSyntax item)
    {
        if (item.Key is null || item.Value is null)
            return;
        var keys = Keys(item.Key);
        Walk(table, keys.AsSpan()[..^1]).Entries[keys[^1].Name] = new(Value(item.Value), keys[^1].Position);
    }

    /// <summary>Follows dotted keys, making tables on the way; a list of tables means its last.</summary>
    private static TableNode Walk(TableNode table, ReadOnlySpan<(string Name, ConfigurationPosition Position)> keys)
    {
        foreach (var (name, position) in keys)
        {
            var value = table.Entries.TryGetValue(name, out var entry) ? entry.Value : null;
            if (value is ListNode { Items: [.., TableNode last] })
                table = last;
            else if (value is TableNode next)
                table = next;
            else
                table.Entries[name] = new(table = new TableNode(position), position);
        }
        return table;
    }

    private ConfigurationNode Value(ValueSyntax value)
    {
        var position = Position(value);
        switch (value)
        {
            case StringValueSyntax text:
                var written = text.Token?.Text ?? "";
                return new TextNode(text.Value ?? "", position) { Verbatim = written.Length == text.Value?.Length + 2 };
            case IntegerValueSyntax integer:
                return new IntegerNode(integer.Value, position);
            case FloatValueSyntax number:
                return new FloatNode(number.Value, position);
            case BooleanValueSyntax boolean:
                return new BooleanNode(boolean.Value, position);
            case ArraySyntax array:
                var list = new ListNode(position);
                foreach (var item in array.Items)
                    list.Items.Add(Value(item.Value!));
                return list;
            case InlineTableSyntax inline:
                var table = new TableNode(position);
                foreach (var item in inline.Items)
                    Add(table, item.KeyValue!);
                return table;
            default:
                return new DateNode(position);
        }
    }

    private (string Name, ConfigurationPosition Position)[] Keys(KeySyntax key)
    {
        var keys = new List<(string, ConfigurationPosition)> { (Name(key.Key), Position(key.Key!)) };
        foreach (var dotted in key.DotKeys)
            keys.Add((Name(dotted.Key), Position(dotted.Key!)));
        return [.. keys];
    }

    private static string Name(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private ConfigurationPosition Position(SyntaxNode node)
        => new(file, node.Span.Start.Line + 1, node.Span.Start.Column + 1);
}
