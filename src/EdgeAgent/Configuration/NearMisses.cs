using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>
/// Environment variables that look as if they were meant to set a key, and set none. They are told and refuse nothing: Kubernetes
/// adds variables of its own for each service, such as <c>EDGEAGENT_SERVICE_HOST</c>.
/// </summary>
internal static class NearMisses
{
    private const string Program = "EDGEAGENT";
    private const string Dot = "__";

    private static readonly string[] Tables = ["AGENT", "SOURCES", "GPIO", "GATES", "DETECTORS", "RULES", "UPSTREAM", "HEALTH"];
    private static readonly string[] OfServices = ["SERVICE_HOST", "SERVICE_PORT", "PORT"];

    /// <param name="environment">All variables.</param>
    public static IEnumerable<ConfigurationError> Find(IEnumerable<string> environment) =>
        from name in environment.Order(StringComparer.Ordinal)
        where !name.StartsWith(EnvironmentOverrides.Prefix, StringComparison.OrdinalIgnoreCase)
        let meant = Meant(name.ToUpperInvariant())
        where meant is not null
        select new ConfigurationPosition(name).Error(
            "", "this variable looks like a key of the configuration and sets none",
            $"two underscores stand for each dot of a key, and behind {Program}; did you mean {meant}?");

    private static string? Meant(string name)
    {
        if (Begin(name) is not { } length) return null;
        var rest = name[length..].TrimStart('_');
        var table = Tables.FirstOrDefault(t => rest.StartsWith(t + '_', StringComparison.Ordinal))
            ?? (rest.IndexOf(Dot, StringComparison.Ordinal) is > 0 and var end ? NearestName.Find(rest[..end], Tables) : null);
        if (table is null || !rest.Contains('_')) return null;
        var key = rest[rest.IndexOf('_')..].TrimStart('_');
        // A single underscore is part of a key where two stand for a dot.
        var dotted = rest.Contains(Dot, StringComparison.Ordinal) || IsOneKey(table) ? key : key.Replace("_", Dot, StringComparison.Ordinal);
        return IsOfService(key) ? null : $"{EnvironmentOverrides.Prefix}{table}{Dot}{dotted}";
    }

    /// <summary>How long the part is that stands for the program's name; null: none does.</summary>
    private static int? Begin(string name)
    {
        if (name.StartsWith(Program + "_", StringComparison.Ordinal)) return Program.Length;
        if (name.StartsWith("EDGE_AGENT_", StringComparison.Ordinal)) return "EDGE_AGENT".Length;
        // Others begin with a word much like it, and are taken for ours only if the rest has the form of a key.
        var end = name.IndexOf(Dot, StringComparison.Ordinal);
        return end > 0 && NearestName.Find(name[..end], [Program]) is not null
            && Tables.Any(t => name.AsSpan(end + Dot.Length).StartsWith(t + Dot)) ? end : null;
    }

    /// <summary>Tables that hold no other tables.</summary>
    private static bool IsOneKey(string table) => table is "AGENT" or "HEALTH" or "GPIO";

    private static bool IsOfService(string key) =>
        Array.Exists(OfServices, s => $"_{key}_".Contains($"_{s}_", StringComparison.Ordinal));
}
