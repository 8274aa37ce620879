using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>A Node-RED flow as the sender: objects, numbers and buffers, as its MQTT node writes them.</summary>
public sealed class NodeRedTests
{
    private const int Readings = 520;
    private const int FaultFrom = 450;

    private static readonly string[] Documents =
    [
        "plant/object/telemetry", "plant/list/telemetry", "plant/text/telemetry",
        "plant/cbor/telemetry", "plant/typed-cbor/telemetry", "plant/msgpack/telemetry",
    ];
    private static readonly string[] Numbers = ["plant/number/temperature", "plant/number-as-text/temperature"];
    private const string Switch = "plant/number/running";
    private const string Frames = "frames/frame";

    private static readonly string[] Topics = [.. Documents, .. Numbers, Switch, Frames];

    [Fact]
    public async Task All_that_a_flow_sends_is_read_judged_and_none_of_it_refused()
    {
        using var scenario = new Scenario();
        using var folder = new TempFolder();
        Configure(scenario);
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub);
        using var agent = scenario.StartAgent();
        await agent.Says("source flow subscribed");
        await agent.Says("source frames subscribed");
        var messages = Readings * Topics.Length;
        using var tap = AgentProcess.Start(
            "tap", "--config", scenario.ConfigurationFile, "--json", "--count", $"{messages}", "--for", "60s");
        await tap.Says("listening at");

        using var flow = new NodeRed(folder, scenario.Sensors, await File.ReadAllTextAsync(Repository.File("tests/node-red/readings.js")));
        flow.WaitForConnection();
        await scenario.Settled(messages);
        await tap.Says($"{messages:#,0} messages in");

        foreach (var topic in Topics) Check(topic, Lines(tap, topic));
        // Every device gets too hot.
        await Eventually.Holds(
            () => Topics.All(t => consumer.Events.Any(
                e => e.Contains("anomaly.opened") && e.Contains($"\"subject\":\"{t.Split('/')[1]}\""))),
            () => string.Join('\n', consumer.Events));
        Assert.Equal(0, flow.Stop());
        Assert.Equal(0, await agent.Stop());
        // No detector asks for the switch.
        Assert.Contains($"received {messages} = windowed {messages - Readings} + filtered {Readings} + dead-lettered 0", agent.Log);
    }

    private static void Configure(Scenario scenario) => File.WriteAllText(scenario.ConfigurationFile, $$"""
        [agent]
        site = "test"
        id = "gateway"
        state = "state"
        runtime = "runtime"

        [sources.flow]
        mqtt = { url = "{{scenario.Sensors.Url}}", topics = ["plant/+/+"] }
        device = "topic[1]"
        time = "ts"

        [sources.frames]
        mqtt = { url = "{{scenario.Sensors.Url}}", topics = ["frames/+"] }
        device = "topic[1]"
        decode = "packed"
        packed = { fields = [
            { name = "temperature", at = 0, type = "f32le" },
            { name = "motor.current", at = 4, type = "i16be", scale = -1 },
        ] }

        [detectors.flow]
        source = "flow"
        model = "{{Repository.File("models/single-channel")}}"
        channel = "temperature"

        [detectors.frames]
        source = "frames"
        model = "{{Repository.File("models/single-channel")}}"
        channel = "temperature"

        [upstream]
        mqtt = { url = "{{scenario.Hub.Url}}" }
        """);

    private static List<JsonElement> Lines(AgentProcess tap, string topic) =>
        [.. tap.Log.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("topic").GetString() == topic)];

    /// <summary>Each reading has the numbers that the flow gave it, in their order.</summary>
    private static void Check(string topic, List<JsonElement> lines)
    {
        Assert.Equal(Readings, lines.Count);
        for (var i = 0; i < Readings; i++)
        {
            Assert.True(lines[i].GetProperty("outcome").GetString() == "usable", $"{lines[i]}");
            var reading = Assert.Single(lines[i].GetProperty("readings").EnumerateArray());
            Assert.Equal(Values(topic, i), reading.GetProperty("values").EnumerateObject().Select(v => (v.Name, v.Value.GetSingle())));
            if (Documents.Contains(topic)) Assert.Equal(Time(i), reading.GetProperty("time").GetDateTime());
        }
    }

    private static (string Channel, float Value)[] Values(string topic, int i) =>
        topic == Switch ? [("running", i % 2)]
        : Numbers.Contains(topic) ? [("temperature", Temperature(i))]
        : [("temperature", Temperature(i)), ("motor.current", i)];

    private static float Temperature(int i) => (float)(180 + i * 7919 % 100 / 100.0 + (i < FaultFrom ? 0 : 25));

    private static DateTime Time(int i) => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i);
}
