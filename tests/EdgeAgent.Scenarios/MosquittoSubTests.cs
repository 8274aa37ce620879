using System.Globalization;

namespace EdgeAgent.Scenarios;

/// <summary>Recordings that mosquitto_sub makes beside the agent.</summary>
public sealed class MosquittoSubTests
{
    private const string Probe = "plant/probe";

    [Fact]
    public async Task What_mosquitto_sub_wrote_down_gives_the_same_events_as_the_live_readings()
    {
        using var scenario = new Scenario();
        using var folder = new TempFolder();
        scenario.Configure();
        await using var live = await scenario.GoLive();
        using var recorder = ProgramRun.Start(
            "mosquitto_sub", "-p", scenario.Sensors.Port.ToString(CultureInfo.InvariantCulture), "-t", "plant/#", "-F", "%J");
        // It does not say that it has subscribed.
        for (var i = 0; i < 100 && Lines(recorder, Probe).Count == 0; i++)
        {
            await Plant.Publish(scenario.Sensors, Probe, "1"u8.ToArray());
            await Task.Delay(100);
        }

        await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
        await scenario.Settled(Plant.Readings);
        await Eventually.Holds(() => Lines(recorder, "/telemetry").Count == Plant.Readings, () => recorder.Errors);
        recorder.Kill();

        var recording = folder.Write("recorded.jsonl", recorder.Output);
        var events = folder.File("events.jsonl");
        var (exitCode, output) = await AgentProcess.Run("replay", "--config", scenario.ConfigurationFile, "--events", events, recording);
        Assert.True(exitCode == 0, output);
        Assert.Equal(live.Expected, await File.ReadAllLinesAsync(events));
    }

    private static List<string> Lines(ProgramRun recorder, string topic) =>
        [.. recorder.Output.Split('\n').Where(l => l.Contains(topic, StringComparison.Ordinal))];
}
