using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Configuration;

/// <summary>
/// Two connections to one broker need two client ids: a broker hangs up on the first when the second comes with the same, and so each
/// would throw the other out, for ever.
/// </summary>
internal static class ClientIds
{
    private const string Upstream = "upstream";

    public static void Check(TomlScope root, AgentOptions options)
    {
        var known = new Dictionary<(string Broker, string Id), string>();
        foreach (var source in options.Sources)
            Add(root, $"sources.{source.Name}", source.Mqtt, $"edgeagent-{options.Id}-{source.Name}", known);
        Add(root, Upstream, options.Upstream.Mqtt, $"edgeagent-{options.Id}-{Upstream}", known);
    }

    private static void Add(
        TomlScope root, string table, MqttOptions mqtt, string usual, Dictionary<(string Broker, string Id), string> known)
    {
        if (Broker(mqtt.Url) is not { } broker) return;
        var id = mqtt.ClientId.Length > 0 ? mqtt.ClientId : usual;
        if (known.TryAdd((broker, id), table)) return;
        var first = known[(broker, id)];
        if (Written(root, table) is not { } written) return;
        root.Report($"{table}.mqtt.client_id", written, $"is \"{id}\", as that of {first}.mqtt at the same broker",
            "a broker lets one connection have an id, and would throw each out in turn: give each its own, or take client_id out");
    }

    /// <summary>Host and port; null where the address has been reported already.</summary>
    private static string? Broker(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        ? $"{(uri.IsLoopback ? "localhost" : uri.IdnHost)}:{(uri.Port > 0 ? uri.Port : uri.Scheme == "mqtts" ? 8883 : 1883)}" : null;

    /// <summary>The id as it was written, or else the innermost table around it.</summary>
    private static ConfigurationNode? Written(TomlScope root, string table)
    {
        // The name of a source may hold dots itself.
        string[] keys = [.. table.Split('.', 2), "mqtt", "client_id"];
        var node = root.Find(keys[0]);
        foreach (var key in keys.AsSpan(1))
        {
            if (node is not TableNode at || !at.Entries.TryGetValue(key, out var entry)) break;
            node = entry.Value;
        }
        return node;
    }
}
