using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>An agent between two real brokers, in a folder of its own.</summary>
internal sealed class Scenario(string hub = "", string state = "state") : IDisposable
{
    private readonly TempFolder _folder = new();

    public Mosquitto Sensors { get; } = new();
    public Mosquitto Hub { get; } = new(hub);
    public string ConfigurationFile => _folder.File("edgeagent.toml");
    public string StoreFile => _folder.File($"{state}/outbox.db");

    public string RuntimeFolder => _folder.File("runtime");
    public string CheckpointFile => _folder.File($"{state}/devices.checkpoint");
    public string StateFolder => _folder.File(state);

    /// <param name="version">Of MQTT, on both sides; empty: not configured.</param>
    /// <param name="qos">Of the subscription.</param>
    /// <param name="detector">More lines of the detector.</param>
    /// <param name="model">Another model.</param>
    /// <param name="topics">Topic filters.</param>
    /// <param name="source">More keys of the source's connection, a comma before each.</param>
    /// <param name="rule">Whether low flow is critical.</param>
    /// <param name="lanes">Of the agent; 0: as many as processors.</param>
    /// <param name="checkpoint">How often it keeps what it knows.</param>
    /// <param name="hub">Another broker upstream.</param>
    /// <param name="sensors">Another broker of the sensors.</param>
    /// <param name="upstream">More lines of the table upstream, and tables behind it.</param>
    public void Configure(
        string version = "5", int qos = 1, string detector = "", string model = "", string topics = "\"plant/+/telemetry\"",
        string source = "", string upstream = "", bool rule = true,
        int lanes = 0, string checkpoint = "5m", string? hub = null, string? sensors = null)
    {
        var wanted = version.Length > 0 ? $", version = \"{version}\"" : "";
        File.WriteAllText(ConfigurationFile, $$"""
            [agent]
            site = "test"
            id = "gateway"
            state = "{{state}}"
            runtime = "runtime"
            checkpoint = "{{checkpoint}}"
            lanes = {{lanes}}

            [sources.pumps]
            mqtt = { url = "{{sensors ?? Sensors.Url}}", topics = [{{topics}}]{{wanted}}, qos = {{qos}}{{source}} }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"
            payload_limit = "16KiB"

            [detectors.pump-health]
            source = "pumps"
            model = "{{(model.Length > 0 ? model : Repository.Model)}}"
            {{detector}}

            {{(rule ? Rule : "")}}

            [upstream]
            mqtt = { url = "{{hub ?? Hub.Url}}"{{wanted}} }
            retry_delay_limit = "1s"
            {{upstream}}
            """);
    }

    private const string Rule = """
        [[rules]]
        name = "flow low"
        when = "score > 1.5 && `Volume Flow RateRMS` < 31"
        severity = "critical"
        """;

    /// <summary>Runs a command that asks the agent.</summary>
    public Task<(int ExitCode, string Output)> Ask(params string[] arguments) => AgentProcess.Run([.. arguments, "--data", StateFolder]);

    /// <summary>The agent's status; fails when there is none.</summary>
    public async Task<JsonElement> Status()
    {
        var (exitCode, output) = await Ask("status", "--json");
        Assert.True(exitCode == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>
    /// Waits until the agent has taken so many messages and nothing of them is under way; with <paramref name="delivered"/>, until so many
    /// events are done, too.
    /// </summary>
    public async Task Settled(int received, int? delivered = null)
    {
        JsonElement books = default;
        await Eventually.Holds(() =>
        {
            books = Status().Result.GetProperty("books");
            return Of("received") >= received && Of("inFlight") == 0
                && (delivered is null || (Of("delivered") >= delivered && Of("owed") == 0));
        }, () => $"{books}");

        int Of(string key) => books.GetProperty(key).GetInt32();
    }

    public AgentProcess StartAgent() => AgentProcess.Start("run", "--config", ConfigurationFile);

    /// <summary>Both brokers, a consumer and the agent, connected; and what the recording gives offline.</summary>
    public async Task<LiveScenario> GoLive()
    {
        await Sensors.Start();
        await Hub.Start();
        var expected = await Replay();
        var consumer = await Consumer.Start(Hub);
        var agent = StartAgent();
        await agent.Says("source pumps subscribed");
        return new LiveScenario(expected, consumer, agent);
    }

    /// <summary>What the same readings give offline: one event a line.</summary>
    public async Task<IReadOnlyList<string>> Replay()
    {
        var recording = _folder.File($"{Plant.Device}.csv");
        File.Copy(Repository.Recording, recording, overwrite: true);
        var events = _folder.File("replayed.jsonl");
        var (exitCode, output) = await AgentProcess.Run("replay", "--config", ConfigurationFile, "--events", events, recording);
        Assert.True(exitCode == 0, output);
        return await File.ReadAllLinesAsync(events);
    }

    public void Dispose()
    {
        Sensors.Dispose();
        Hub.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A scenario under way.</summary>
internal sealed record LiveScenario(IReadOnlyList<string> Expected, Consumer Consumer, AgentProcess Agent) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Agent.Dispose();
        await Consumer.DisposeAsync();
    }
}
