using System.Globalization;
using System.Text;
using System.Text.Json;
using MQTTnet;

namespace EdgeAgent.Scenarios;

/// <summary>From a broker that nobody has described to an agent that judges.</summary>
public sealed class ConfigInitTests
{
    [Fact]
    public async Task A_proposed_configuration_passes_the_check_and_the_agent_with_it_finds_the_fault()
    {
        using var folder = new TempFolder();
        using var broker = await new Mosquitto().Start();
        var file = folder.File("edgeagent.toml");
        using var init = AgentProcess.Start(
            "config", "init", "--broker", broker.Url, "--for", "4s", "--yes", "--site", "bakery", "--output", file);
        await init.Says("listening at");
        // Until it has subscribed; what comes before nobody hears.
        for (var i = 0; i < 30 && !File.Exists(file); i++)
        {
            await OvenSensors.Publish(broker, 0, 20);
            await Task.Delay(200);
        }
        await init.Says("edgeagent run --config");
        Assert.Contains("sensors/+/telemetry", init.Log);
        Assert.Contains("words, no numbers", init.Log);

        var (exitCode, output) = await AgentProcess.Run("check", "--config", file);
        Assert.True(exitCode == 0, $"{output}\n{await File.ReadAllTextAsync(file)}");
        await using var consumer = await Consumer.Start(broker);
        using var agent = AgentProcess.Start("run", "--config", file);
        await agent.Says("subscribed at");
        await OvenSensors.Publish(broker, 0, OvenSensors.Readings);
        await Eventually.Holds(() => consumer.Events.Count > 0, () => agent.Log);
        Assert.All(consumer.Events, e => Assert.Contains("oven-1", e));
        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task A_recording_serves_as_well_and_a_file_is_never_written_over_by_chance()
    {
        using var folder = new TempFolder();
        var recording = folder.Write("r.jsonl", string.Join('\n', Enumerable.Range(0, 30).Select(i =>
            $$$"""{"tst":"2026-05-04T10:00:{{{i:00}}}Z","topic":"plant/p{{{i % 2}}}","payload":{"temp":{{{20 + i % 5}}}.5}}""")));
        var file = folder.File("edgeagent.toml");
        var (exitCode, output) = await AgentProcess.Run("config", "init", "--from", recording, "--output", file, "--upstream", "mqtt://hub.example");
        Assert.True(exitCode == 0, output);
        var written = await File.ReadAllTextAsync(file);
        Assert.Contains("topics = [\"plant/+\"]", written);
        (exitCode, output) = await AgentProcess.Run("check", "--config", file);
        Assert.True(exitCode == 0, output);

        (exitCode, output) = await AgentProcess.Run("config", "init", "--from", recording, "--output", file);
        Assert.True(exitCode == 1, output);
        Assert.Contains("--force", output);
        Assert.Equal(written, await File.ReadAllTextAsync(file));
        (exitCode, output) = await AgentProcess.Run("config", "init", "--from", recording, "--output", "-", "--sources", "nothing");
        Assert.True(exitCode == 2, output);
        Assert.Contains("there are plant", output);
    }

    [Fact]
    public async Task Numbers_lines_and_rows_are_proposed_as_they_come_and_the_proposal_reads_them()
    {
        using var folder = new TempFolder();
        using var broker = await new Mosquitto().Start();
        var file = folder.File("edgeagent.toml");
        using var init = AgentProcess.Start(
            "config", "init", "--broker", broker.Url, "--for", "4s", "--yes", "--site", "bakery", "--output", file);
        await init.Says("listening at");
        // Until it has subscribed; what comes before nobody hears.
        for (var i = 0; i < 30 && !File.Exists(file); i++)
        {
            await PublishThreeKinds(broker, 10 * i);
            await Task.Delay(200);
        }
        await init.Says("edgeagent run --config");
        var written = await File.ReadAllTextAsync(file);
        Assert.Contains("decode = \"scalar\"\ndevice = \"topic[1]\"", written);
        Assert.Contains("channel = \"topic[2]\"\n", written);
        Assert.Contains("channel = \"{payload.name}.{payload.tags.sensor}\"", written);
        Assert.Contains("rows = \"readings[*]\"", written);
        Assert.DoesNotContain("kepware", written);

        var (exitCode, output) = await AgentProcess.Run("check", "--config", file);
        Assert.True(exitCode == 0, $"{output}\n{written}");
        using var agent = AgentProcess.Start("run", "--config", file);
        await agent.Says("subscribed at");
        await PublishThreeKinds(broker, 1_000);
        await Eventually.Holds(() => HasDevices(file, count: 4), () => agent.Log);
        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task A_silent_or_missing_broker_is_told()
    {
        using var folder = new TempFolder();
        using var broker = new Mosquitto();
        var file = folder.File("edgeagent.toml");
        var (exitCode, output) = await AgentProcess.Run("config", "init", "--broker", broker.Url, "--output", file);
        Assert.True(exitCode == 1, output);
        Assert.Contains("connection refused", output);
        await broker.Start();
        (exitCode, output) = await AgentProcess.Run("config", "init", "--broker", broker.Url, "--for", "1s", "--output", file);
        Assert.True(exitCode == 1, output);
        Assert.Contains("no message came", output);
        (exitCode, output) = await AgentProcess.Run("config", "init", "--broker", "broker:1883");
        Assert.True(exitCode == 2, output);
        Assert.False(File.Exists(file));
    }

    private static bool HasDevices(string file, int count)
    {
        var (exitCode, output) = AgentProcess.Run("status", "--config", file, "--json").GetAwaiter().GetResult();
        if (exitCode != 0) return false;
        using var status = JsonDocument.Parse(output);
        return status.RootElement.GetProperty("sources").EnumerateArray().Sum(s => s.GetProperty("devices").GetInt32()) == count;
    }

    /// <summary>A number a topic, line protocol, and rows below a name.</summary>
    private static async Task PublishThreeKinds(RealBroker broker, int from)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(broker));
        for (var i = from; i < from + 10; i++)
        {
            var (ms, value) = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), (20 + i % 7).ToString(CultureInfo.InvariantCulture));
            foreach (var press in new[] { "press1", "press2" })
            {
                await Send($"plant/{press}/temperature/value", value);
                await Send($"plant/{press}/pressure/value", $"{value}.5");
            }
            await Send("lines/gate-1", $"temperature,host=g,sensor=t1 value={value} {ms}000000\n"
                + $"temperature,host=g,sensor=t2 value=6{value} {ms}000000\npressure,host=g,sensor=p1 value=5 {ms}000000");
            await Send("lab/batch-7", $$"""{"readings":[{"ts":{{ms - 1}},"temp":{{value}}},{"ts":{{ms}},"temp":{{value}}.5}]}""");
            await Task.Delay(5);
        }
        await client.DisconnectAsync();

        Task Send(string topic, string payload) => Plant.Send(client, topic, Encoding.UTF8.GetBytes(payload));
    }
}
