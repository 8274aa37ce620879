namespace EdgeAgent.Configuration;

/// <summary>Lays environment variables such as <c>EDGEAGENT__UPSTREAM__MQTT__URL</c> over the files.</summary>
internal static class EnvironmentOverrides
{
    public const string Prefix = "EDGEAGENT__";

    public static void Apply(TableNode root, IReadOnlyDictionary<string, string> environment, List<ConfigurationError> errors)
    {
        var variables = environment
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal);
        foreach (var (variable, value) in variables)
        {
            var keys = variable[Prefix.Length..].ToLowerInvariant().Split("__");
            if (keys.Contains(""))
            {
                errors.Add(new ConfigurationPosition(variable).Error("", "a part of this variable's name is empty",
                    "two underscores stand for each dot of a key: EDGEAGENT__UPSTREAM__MQTT__URL sets upstream.mqtt.url"));
            }
            else
            {
                Set(root, keys, Value(variable, value, errors), errors);
            }
        }
    }

    /// <summary>A text, which a key may take for another kind; a list in brackets is read as TOML.</summary>
    private static ConfigurationNode Value(string variable, string value, List<ConfigurationError> errors)
    {
        var position = new ConfigurationPosition(variable);
        if (!value.StartsWith('['))
            return new TextNode(value, position);

        var troubles = new List<ConfigurationError>();
        var table = TomlTree.Read($"list = {value}", variable, troubles);
        var list = new ListNode(position);
        if (troubles.Count > 0 || table.Entries["list"].Value is not ListNode read)
            errors.Add(position.Error(
                "", "this is not a valid list", "write a TOML list, as in [\"a/+\", \"b/#\"], or texts with commas between"));
        else
            list.Items.AddRange(read.Items.Select(item => item is TextNode text ? new TextNode(text.Value, position) : item));
        return list;
    }

    private static void Set(TableNode table, string[] keys, ConfigurationNode value, List<ConfigurationError> errors)
    {
        for (var at = 0; ; at++)
        {
            var key = Known(table, keys[at]);
            if (at == keys.Length - 1)
            {
                table.Entries[key] = new(value, value.Position);
                return;
            }
            var inner = table.Entries.TryGetValue(key, out var entry) ? entry.Value : null;
            if (inner is ListNode list)
            {
                if (!int.TryParse(keys[at + 1], out var index) || index < 0 || index >= list.Items.Count
                    || list.Items[index] is not TableNode element || at + 2 >= keys.Length)
                {
                    errors.Add(value.Position.Error(string.Join('.', keys), $"`{key}` is a list of {list.Items.Count}",
                        "name one by its index from 0 and then a key, as in EDGEAGENT__RULES__0__SEVERITY"));
                    return;
                }
                table = element;
                at++;
            }
            else if (inner is TableNode next)
                table = next;
            else
                table.Entries[key] = new(table = new TableNode(value.Position), value.Position);
        }
    }

    /// <summary>The key as the files write it: variables know neither case nor hyphens.</summary>
    private static string Known(TableNode table, string key)
        => table.Entries.Keys.FirstOrDefault(known => Same(known, key)) ?? key;

    private static bool Same(string known, string key)
        => string.Equals(known.Replace('-', '_'), key.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);
}
