namespace EdgeAgent.Scenarios;

/// <summary>A whole agent at hubs that hang up over what they do not allow: with the preset all events arrive.</summary>
public sealed class CloudScenarioTests : IDisposable
{
    private const int Readings = 700;
    private readonly Scenario _scenario = new();

    public void Dispose() => _scenario.Dispose();

    [Fact]
    public async Task With_its_preset_events_arrive_at_Azure_and_check_says_what_it_set()
    {
        await using var hub = CloudHub.Azure("gateway");
        Configure(hub, "preset = \"azure-iot-hub\"\npassword_file = \"token\"");
        using var agent = await RunAsync();

        await Eventually.Holds(() => hub.Messages.Any(m => m.Payload.Contains("anomaly.opened")), () => agent.Log);
        Assert.All(hub.Messages, m => Assert.Equal("devices/gateway/messages/events/$.ct=application%2Fjson&$.ce=utf-8", m.Topic));
        Assert.Empty(hub.Foreign);
        Assert.Single(hub.Connects);
        var (exitCode, output) = await AgentProcess.Run("check", "--config", _scenario.ConfigurationFile);
        Assert.True(exitCode == 0, output);
        Assert.Contains("upstream.mqtt.preset \"azure-iot-hub\" sets client_id = \"gateway\"", output);
    }

    [Fact]
    public async Task With_its_preset_events_arrive_at_AWS_under_a_policy_for_them_alone()
    {
        await using var hub = CloudHub.Aws("gateway", ["anomalies/test/"]);
        Configure(hub, "preset = \"aws-iot\"\nusername = \"u\"\npassword_file = \"token\"");
        using var agent = await RunAsync();

        await Eventually.Holds(() => hub.Messages.Any(m => m.Payload.Contains("anomaly.opened")), () => agent.Log);
        Assert.All(hub.Messages, m => Assert.StartsWith("anomalies/test/", m.Topic));
        Assert.Empty(hub.Foreign);
    }

    [Fact]
    public async Task Without_the_preset_the_log_and_the_status_name_the_topic_and_events_arrive_all_the_same()
    {
        await using var hub = CloudHub.Aws("gateway", ["anomalies/test/"], allowsWill: false);
        Configure(hub, "client_id = \"gateway\"", "will = false");
        using var agent = await RunAsync();

        await agent.Says("It ended right after a message on \"edgeagent/test/gateway/status\"");
        await Eventually.Holds(() => hub.Messages.Any(m => m.Payload.Contains("anomaly.opened")), () => agent.Log);
        var troubles = (await _scenario.Status()).GetProperty("troubles").EnumerateArray().Select(t => t.GetString()).ToList();
        Assert.Contains(troubles, t => t!.Contains("\"edgeagent/test/gateway/status\"") && t.Contains("set upstream.status"));
    }

    private void Configure(CloudHub hub, string mqtt, string upstream = "")
    {
        _scenario.Configure(version: "", hub: hub.Url, upstream: upstream);
        var folder = Path.GetDirectoryName(_scenario.ConfigurationFile)!;
        File.WriteAllText(Path.Combine(folder, "token"), "SharedAccessSignature sr=x");
        Directory.CreateDirectory(Path.Combine(folder, "conf.d"));
        File.WriteAllText(Path.Combine(folder, "conf.d/hub.toml"), $"[upstream.mqtt]\n{mqtt.Replace("\"token\"", $"\"{folder}/token\"")}\n");
    }

    private async Task<AgentProcess> RunAsync()
    {
        await _scenario.Sensors.Start();
        var agent = _scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        // The recording's anomaly is open by then.
        await Plant.Publish(_scenario.Sensors, 0, Readings);
        return agent;
    }
}
