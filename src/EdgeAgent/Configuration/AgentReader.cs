using EdgeAgent.Pipeline;

namespace EdgeAgent.Configuration;

/// <summary>Reads the whole configuration: one line a table.</summary>
internal static class AgentReader
{
    private const int LaneLimit = 64;
    private const int ServeAtOnceLimit = 16;

    public static AgentOptions Read(TomlScope root)
    {
        var options = new AgentOptions();
        ReadAgent(root.Table("agent"), options);
        options.IsDemo &= !root.Has("sources");
        if (options.IsDemo) return ReadDemo(root, options);
        if (!root.Has("sources"))
            root.Missing(
                "sources", "nothing can be watched without one; write, for example,\n[sources.pumps]\n"
                    + "mqtt = { url = \"mqtt://127.0.0.1:1883\", topics = [\"plant/+/telemetry\"] }\nchannels = \"values.*\"");
        options.Sources = [.. root.NamedTables("sources").Select(SourceReader.Read)];
        var chip = LineReader.Settings(root.Table("gpio"), options.Gpio);
        options.Gates = [.. root.NamedTables("gates").Select(table => LineReader.Gate(table, chip))];
        options.Detectors = [.. root.NamedTables("detectors").Select(table => DetectorReader.Read(table, options.Sources, options.Gates))];
        options.Rules = [.. root.Tables("rules").Select(table => RuleReader.Read(table, options.Detectors, options.Gates, chip))];
        LineReader.Check(root, options);
        options.Upstream = UpstreamReader.Read(root, options.Id);
        ClientIds.Check(root, options);
        ReadHealth(root.Table("health"), options.Health);
        ReadServe(root, options);
        root.ReportUnknownKeys();
        return options;
    }

    /// <summary>What the demo does not bring itself. Its state lies apart, so that nothing of it is taken for the plant's.</summary>
    private static AgentOptions ReadDemo(TomlScope root, AgentOptions options)
    {
        options.StateFolder = Path.Combine(options.StateFolder, "demo");
        ReadHealth(root.Table("health"), options.Health);
        ReadServe(root, options);
        foreach (var key in new[] { "detectors", "rules", "upstream" })
            if (root.Find(key) is { } value)
                root.Report(
                    key, value, "is of no use without a source", "write a [sources.NAME], which ends the demo, or take the table out");
        root.ReportUnknownKeys();
        return options;
    }

    private static void ReadHealth(TomlScope health, HealthOptions options)
    {
        options.Listen = health.Text("listen", ConfigurationChecks.Endpoint);
        if (health.Has("hosts"))
            options.Hosts = [.. health.NeededTexts("hosts", "gateway-7.plant.example", ConfigurationChecks.HostName)];
    }

    private static void ReadServe(TomlScope root, AgentOptions options)
    {
        var (table, serve) = (root.Table("serve"), options.Serve);
        serve.Listen = table.Text("listen", ConfigurationChecks.Endpoint);
        serve.Models = table.Path("models");
        serve.Repository = table.Boolean("repository", serve.Repository);
        serve.AtOnce = table.Integer("at_once", serve.AtOnce, 1, ServeAtOnceLimit);
        if (table.Keys.Count > 0 && serve.Listen is null)
            table.Missing("listen", "nothing is served without it; write, for example, listen = \"127.0.0.1:8000\"");
        if (serve.Listen is not null && serve.Listen == options.Health.Listen)
            table.Report("listen", table.Find("listen")!, "is health.listen, too", "give each a port of its own");
        if (serve.Repository && serve.Models is null)
            table.Missing("models", "there is nothing to load without it; write, for example, models = \"/var/lib/edgeagent/models\"");
    }

    private static void ReadAgent(TomlScope agent, AgentOptions options)
    {
        options.Site = agent.Text("site", ConfigurationChecks.TopicPart) ?? options.Site;
        options.Id = agent.Text("id", ConfigurationChecks.TopicPart) ?? options.Id;
        options.StateFolder = agent.Path("state") ?? options.StateFolder;
        options.RuntimeFolder = agent.Path("runtime") ?? options.RuntimeFolder;
        options.Checkpoint = agent.Duration("checkpoint", options.Checkpoint, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        options.IsDemo = agent.Boolean("demo", false);
        options.Lanes = agent.Integer("lanes", options.Lanes, 0, LaneLimit);
    }
}
