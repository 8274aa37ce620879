using EdgeAgent.Pipeline;

namespace EdgeAgent.Configuration;

/// <summary>Reads the whole configuration: one line a table.</summary>
internal static class AgentReader
{
    private const int LaneLimit = 64;

    public static AgentOptions Read(TomlScope root)
    {
        var options = new AgentOptions();
        ReadAgent(root.Table("agent"), options);
        if (!root.Has("sources"))
            root.Missing("sources", "nothing can be watched without one; write, for example,\n[sources.pumps]\nmqtt = { url = \"mqtt://127.0.0.1:1883\", topics = [\"plant/+/telemetry\"] }\nchannels = \"values.*\"");
        options.Sources = [.. root.NamedTables("sources").Select(SourceReader.Read)];
        var chip = LineReader.Settings(root.Table("gpio"), options.Gpio);
        options.Gates = [.. root.NamedTables("gates").Select(table => LineReader.Gate(table, chip))];
        options.Detectors = [.. root.NamedTables("detectors").Select(table => DetectorReader.Read(table, options.Sources, options.Gates))];
        options.Rules = [.. root.Tables("rules").Select(table => RuleReader.Read(table, options.Detectors, options.Gates, chip))];
        LineReader.Check(root, options);
        options.Upstream = UpstreamReader.Read(root);
        options.Health.Listen = root.Table("health").Text("listen", ConfigurationChecks.Endpoint);
        root.ReportUnknownKeys();
        return options;
    }

    private static void ReadAgent(TomlScope agent, AgentOptions options)
    {
        options.Site = agent.Text("site", ConfigurationChecks.TopicPart) ?? options.Site;
        options.Id = agent.Text("id", ConfigurationChecks.TopicPart) ?? options.Id;
        options.StateFolder = agent.Path("state") ?? options.StateFolder;
        options.RuntimeFolder = agent.Path("runtime") ?? options.RuntimeFolder;
        options.Checkpoint = agent.Duration("checkpoint", options.Checkpoint, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        options.Lanes = agent.Integer("lanes", options.Lanes, 0, LaneLimit);
    }
}
