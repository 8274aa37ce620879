namespace EdgeAgent.Scenarios;

/// <summary>An agent between two real brokers, in a folder of its own.</summary>
internal sealed class Scenario(string hub = "") : IDisposable
{
    private readonly TempFolder _folder = new();

    public Mosquitto Sensors { get; } = new();
    public Mosquitto Hub { get; } = new(hub);
    public string ConfigurationFile => _folder.File("edgeagent.toml");
    public string RuntimeFolder => _folder.File("runtime");
    public string CheckpointFile => _folder.File("state/devices.checkpoint");
    public string StoreFile => _folder.File("state/outbox.db");

    public void Configure(string version = "5", int qos = 1, string detector = "", string model = "",
        int lanes = 0, string checkpoint = "5m", string upstream = "", string? hub = null)
    {
        File.WriteAllText(ConfigurationFile, $$"""
            [agent]
            site = "test"
            id = "gateway"
            state = "state"
            runtime = "runtime"
            checkpoint = "{{checkpoint}}"
            lanes = {{lanes}}

            [sources.pumps]
            mqtt = { url = "{{Sensors.Url}}", topics = ["plant/+/telemetry"], version = "{{version}}", qos = {{qos}} }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"
            payload_limit = "16KiB"

            [detectors.pump-health]
            source = "pumps"
            model = "{{(model.Length > 0 ? model : Repository.Model)}}"
            {{detector}}

            [[rules]]
            name = "flow low"
            when = "score > 1.5 && `Volume Flow RateRMS` < 31"
            severity = "critical"

            [upstream]
            mqtt = { url = "{{hub ?? Hub.Url}}", version = "{{version}}" }
            {{upstream}}
            retry_delay_limit = "1s"
            """);
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
