using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>
/// One table under reading. Remembers which keys were asked for, so that what nobody asked for can be told at the end,
/// and collects every error instead of stopping at the first.
/// </summary>
/// <param name="table">What was written.</param>
/// <param name="path">The table's whole key.</param>
/// <param name="folder">Folder that relative paths start from.</param>
/// <param name="errors">Takes what is wrong.</param>
internal sealed class TomlScope(TableNode table, string path, string folder, List<ConfigurationError> errors)
{
    private readonly List<string> _known = [];
    private readonly List<TomlScope> _inner = [];

    /// <summary>Folder that relative paths start from.</summary>
    public string Folder => folder;

    /// <summary>The last part of the table's key: a source's or detector's name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>A table within. One that is absent reads as empty, so that its needed keys are missed by name.</summary>
    public TomlScope Table(string key)
    {
        if (Find(key) is not { } value)
            return Inner(key, new TableNode(table.Position));
        if (value is TableNode inner)
            return Inner(key, inner);
        Wrong(key, value, "a table");
        return Unread(key, value);
    }

    /// <summary>The tables <c>[key.NAME]</c>, by name.</summary>
    public IEnumerable<TomlScope> NamedTables(string key)
    {
        var named = Table(key);
        return [.. named.Keys.Select(named.Table)];
    }

    /// <summary>The tables of <c>[[key]]</c>.</summary>
    public IEnumerable<TomlScope> Tables(string key)
    {
        var value = Find(key);
        if (value is ListNode list)
            return [.. list.Items.Select((item, index) => Element(key, index, item))];
        if (value is not null)
            Wrong(key, value, $"a list of tables, each under [[{key}]]");
        return [];
    }

    /// <summary>A table that is an element of a list.</summary>
    public TomlScope Element(string key, int index, ConfigurationNode item)
    {
        var name = FormattableString.Invariant($"{key}[{index}]");
        if (item is TableNode inner)
            return Inner(name, inner);
        Wrong(key, item, "a table");
        return Unread(name, item);
    }

    public IReadOnlyCollection<string> Keys => table.Entries.Keys;

    /// <summary>Whether the key was written.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The value of a key, or null; from now on the key is a known one.</summary>
    public ConfigurationNode? Find(string key)
    {
        if (!_known.Contains(key))
            _known.Add(key);
        return table.Entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    /// <summary>Gives a key a value unless one was written. False: one was.</summary>
    public bool TrySet(string key, ConfigurationNode value) => table.Entries.TryAdd(key, new(value, value.Position));

    /// <summary>Reports a value that is not what its key takes.</summary>
    public void Wrong(string key, ConfigurationNode value, string expected)
        => Report(key, value, Secrets.IsSecret(key) ? "has a value that cannot be used" : $"is {value.Shown}", $"expected {expected}");

    /// <summary>Reports what is the matter with the value of a key.</summary>
    public void Report(string key, ConfigurationNode value, string problem, string? remedy)
        => errors.Add(value.Position.Error(Whole(key), $"`{Whole(key)}` {problem}", remedy));

    /// <summary>Reports, at the table, a key that should be there.</summary>
    public void Missing(string key, string remedy)
        => errors.Add(table.Position.Error(Whole(key), $"`{Whole(key)}` is needed, but missing", remedy));

    /// <summary>Reports every key, here and within, that nobody asked for.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, entry) in table.Entries)
        {
            if (!_known.Contains(key))
                errors.Add(entry.KeyPosition.Error(Whole(key), $"unknown key `{Whole(key)}`", Suggest(key)));
        }
        foreach (var inner in _inner)
            inner.ReportUnknownKeys();
    }

    private string Suggest(string key)
    {
        if (Secrets.IsSecret(key) && _known.Contains("password_file"))
            return "secrets come by file only; use `password_file`";
        var expected = $"expected one of: {string.Join(", ", _known)}";
        var nearest = NearestName.Find(key, _known) ?? _inner.Select(inner => inner.Near(key)).FirstOrDefault(near => near is not null);
        return nearest is null ? expected : $"{expected}; did you mean `{nearest}`?";
    }

    /// <summary>A key of this table that its parent's reader may have been after.</summary>
    private string? Near(string key) => NearestName.Find(key, _known) is { } near ? $"{Name}.{near}" : null;

    private TomlScope Inner(string key, TableNode inner)
    {
        var scope = new TomlScope(inner, Whole(key), folder, errors) { Name = key };
        _inner.Add(scope);
        return scope;
    }

    /// <summary>Stands in for what is no table; the errors that would follow from that are of no use.</summary>
    private TomlScope Unread(string key, ConfigurationNode value)
        => new(new TableNode(value.Position), Whole(key), folder, []) { Name = key };

    private string Whole(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
