using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>Reads a key whose value is the name of another table.</summary>
internal static class References
{
    public static string Needed(TomlScope table, string key, IEnumerable<string> names, string kind)
    {
        if (!table.Has(key))
            table.Missing(key, $"name one of {kind}");
        return Optional(table, key, names, kind) ?? "";
    }

    public static string? Optional(TomlScope table, string key, IEnumerable<string> names, string kind)
    {
        var known = names.ToArray();
        return table.Text(key, name => known.Contains(name) ? null : Expected(name, known, kind));
    }

    public static string Expected(string name, string[] known, string kind)
    {
        if (known.Length == 0)
            return $"the name of one of {kind}, of which there are none";
        var nearest = NearestName.Find(name, known) is { } near ? $"; did you mean \"{near}\"?" : "";
        return $"the name of one of {kind}: {string.Join(", ", known)}{nearest}";
    }
}
