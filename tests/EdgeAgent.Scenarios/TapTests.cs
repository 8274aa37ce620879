using System.Text;
using System.Text.Json;
using EdgeAgent.Recordings;

namespace EdgeAgent.Scenarios;

/// <summary>What sensors send, looked at beside the agent.</summary>
public sealed class TapTests
{
    [Fact]
    public async Task A_tap_shows_and_saves_what_the_agent_hears_and_a_replay_of_it_finds_the_same()
    {
        using var scenario = new Scenario();
        using var folder = new TempFolder();
        scenario.Configure();
        await using var live = await scenario.GoLive();
        var recording = folder.File("tapped.jsonl");
        var table = folder.File("normal.csv");
        using var tap = AgentProcess.Start(
            "tap", "--config", scenario.ConfigurationFile, "--save", recording, "--save-readings", table);
        await tap.Says("listening at");
        await Plant.Publish(scenario.Sensors, "plant/pump-1/telemetry", "no json"u8.ToArray());
        await Plant.Publish(scenario.Sensors, "plant/pump-1/telemetry", [0xff, 0x00]);
        await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
        // The tap takes no message away from the agent.
        await scenario.Settled(Plant.Readings + 2);
        await Eventually.Holds(() => tap.Count("pump-1  ") >= Plant.Readings, () => $"{tap.Count("pump-1  ")} of {Plant.Readings} shown");
        Assert.Equal(0, await tap.Stop("INT"));
        Assert.Contains("× unknown_format: the payload is in no format that is known; it is plain text  no json", tap.Log);
        Assert.Contains("it is binary of an unknown form  0xff00", tap.Log);
        Assert.Contains("  unknown_format: set decode, or", tap.Log);
        Assert.Contains($"{Plant.Readings:#,0} usable, 2 refused (2 unknown_format); 1 device, 8 channels", tap.Log);

        // What edgeagent-model fit reads.
        var readings = Assert.Single(RecordingReader.Read(table, table));
        Assert.Equal((Plant.Readings, 8), (readings.Rows, readings.Columns.Count));

        var events = folder.File("events.jsonl");
        var (exitCode, output) = await AgentProcess.Run("replay", "--config", scenario.ConfigurationFile, "--events", events, recording);
        Assert.True(exitCode == 0, output);
        Assert.Contains("2 not usable", output);
        Assert.Equal(live.Expected, await File.ReadAllLinesAsync(events));
    }

    [Fact]
    public async Task A_program_asks_for_what_is_refused_and_how_much_of_it()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        await scenario.Sensors.Start();
        using var tap = AgentProcess.Start("tap", "pumps", "--config", scenario.ConfigurationFile, "--bad", "--json", "--count", "2", "--for", "60s");
        await tap.Says("listening at");
        foreach (var payload in new[] { """{"ts":1712345678901,"values":{"a":1}}""", """{"values":{"a":1}}""", "{}" })
            await Plant.Publish(scenario.Sensors, "plant/p7/telemetry", Encoding.UTF8.GetBytes(payload));
        Assert.Equal(0, await tap.Ended());
        Assert.Contains("3 messages in", tap.Log);
        var reasons = tap.Log.Split('\n').Where(l => l.StartsWith('{'))
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("reason").GetString());
        Assert.Equal(["no_time", "no_channels"], reasons);
    }

    [Fact]
    public async Task A_tap_without_a_broker_source_or_message_says_so_and_fails()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        var (exitCode, output) = await AgentProcess.Run("tap", "--config", scenario.ConfigurationFile, "--for", "30s");
        Assert.True(exitCode == 1, output);
        Assert.Contains("connection refused", output);
        Assert.DoesNotContain("messages", output);
        await scenario.Sensors.Start();
        (exitCode, output) = await AgentProcess.Run("tap", "--config", scenario.ConfigurationFile, "--for", "1s");
        Assert.True(exitCode == 1, output);
        Assert.Contains("pumps: nothing has come on plant/+/telemetry in 1 s; check the topics, upper and lower case included", output);
        (exitCode, output) = await AgentProcess.Run("tap", "fans", "--config", scenario.ConfigurationFile);
        Assert.True(exitCode == 2, output);
        Assert.Contains("there is no source \"fans\"; the configuration has pumps", output);
        (exitCode, output) = await AgentProcess.Run("tap", "--config", scenario.ConfigurationFile, "--for", "30");
        Assert.True(exitCode == 2, output);
    }
}
