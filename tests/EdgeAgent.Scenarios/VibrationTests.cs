using System.Text;
using System.Text.Json;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;
using MQTTnet;

namespace EdgeAgent.Scenarios;

/// <summary>Blocks of raw accelerations from two simulated machines, one with a pit in its bearing, through real brokers.</summary>
public sealed class VibrationTests
{
    private const int Blocks = 440;

    private static readonly (string Device, FaultKind Fault)[] Machines = [("fan-1", FaultKind.OuterRace), ("fan-2", FaultKind.None)];

    [Fact]
    public async Task A_bearing_fault_in_raw_samples_becomes_an_event_and_a_sound_machine_gives_none()
    {
        using var scenario = new Scenario();
        Configure(scenario);
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        var messages = Messages();
        var expected = await Replay(scenario, messages);
        await using var consumer = await Consumer.Start(scenario.Hub);
        using var agent = scenario.StartAgent();
        await agent.Says("source bearings subscribed");

        await Publish(scenario.Sensors, messages);
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count} events\n{agent.Log}");
        await scenario.Settled(messages.Count);

        Assert.Equal(0, await agent.Stop());
        Promised.Same(expected, consumer.Events);
        Assert.All(expected, e => Assert.Contains("\"subject\":\"fan-1\"", e));
        CheckOpened(Assert.Single(expected, e => e.Contains("anomaly.opened")));
        // The message is the unit of the books, however many readings it holds.
        Assert.Contains($"received {messages.Count} = windowed {messages.Count} + filtered 0 + dead-lettered 0", agent.Log);
    }

    private static void CheckOpened(string opened)
    {
        using var document = JsonDocument.Parse(opened);
        var data = document.RootElement.GetProperty("data");
        // The second half of the blocks has the fault.
        Assert.True(data.GetProperty("started").GetDateTimeOffset() > new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)
            .AddSeconds(10 * (Blocks / 2 - 1)));
        Assert.Equal(["x", "y", "z"], data.GetProperty("channels").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Equal(1, data.GetProperty("channels").EnumerateArray().Sum(c => c.GetProperty("share").GetDouble()), 0.01);
        var worst = data.GetProperty("channels").EnumerateArray().MaxBy(c => c.GetProperty("share").GetDouble());
        var measured = data.GetProperty("measured").GetProperty($"{worst.GetProperty("name").GetString()}.{worst.GetProperty("feature").GetString()}");
        Assert.Equal(worst.GetProperty("value").GetDouble(), measured.GetProperty("value").GetDouble());
        Assert.True(measured.GetProperty("value").GetDouble() > measured.GetProperty("expected").GetDouble());
        Assert.Equal("steady", data.GetProperty("calibration").GetProperty("state").GetString());
    }

    private static void Configure(Scenario scenario) => File.WriteAllText(scenario.ConfigurationFile, $$"""
        [agent]
        site = "test"
        id = "gateway"
        state = "state"

        [sources.bearings]
        mqtt = { url = "{{scenario.Sensors.Url}}", topics = ["vibration/+"] }
        device = "topic[1]"
        time = "ts"
        channels = "values.*"
        sample_rate = "rate"

        [detectors.vibration]
        source = "bearings"
        model = "{{Path.Combine(Repository.Root, "models/vibration")}}"

        [upstream]
        mqtt = { url = "{{scenario.Hub.Url}}" }
        """);

    /// <summary>The machines' blocks by turns.</summary>
    private static List<(string Topic, string Payload)> Messages()
    {
        var machines = Machines.Select((m, i) => (m.Device, Blocks: new SimulatedRecordings("", 1, Blocks, pause: 10, asRows: false)
            .Blocks(m.Fault, new SplittableRandom((ulong)(40 + i))).Select(b => b.ToMessage()).ToList())).ToList();
        return [.. Enumerable.Range(0, Blocks).SelectMany(b => machines.Select(m => ($"vibration/{m.Device}", m.Blocks[b])))];
    }

    private static async Task<IReadOnlyList<string>> Replay(Scenario scenario, List<(string Topic, string Payload)> messages)
    {
        var folder = Path.GetDirectoryName(scenario.ConfigurationFile)!;
        var (recording, events) = (Path.Combine(folder, "messages.jsonl"), Path.Combine(folder, "events.jsonl"));
        await File.WriteAllLinesAsync(recording, messages.Select(m => $$"""{"topic":"{{m.Topic}}","payload":{{m.Payload}}}"""));
        var (exitCode, output) = await AgentProcess.Run("replay", "--config", scenario.ConfigurationFile, "--events", events, recording);
        Assert.True(exitCode == 0, output);
        return await File.ReadAllLinesAsync(events);
    }

    private static async Task Publish(Mosquitto broker, List<(string Topic, string Payload)> messages)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build());
        foreach (var (topic, payload) in messages)
            await Plant.Send(client, topic, Encoding.UTF8.GetBytes(payload));
        await client.DisconnectAsync();
    }
}
