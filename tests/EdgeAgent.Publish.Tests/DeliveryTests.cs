using System.Text.Json;
using Xunit.Abstractions;

namespace EdgeAgent.Publish.Tests;

/// <summary>The published program as a gateway runs it: sensors and hub on a real broker.</summary>
public sealed class DeliveryTests(ITestOutputHelper output)
{
    private const string Device = "valve1-3";

    public static TheoryData<string> Targets => Published.Runnable;

    [Theory, MemberData(nameof(Targets))]
    public void Agent_starts_infers_and_delivers_what_a_replay_of_the_readings_gives(string target)
    {
        using var folder = new TempFolder();
        var expected = Replay(folder, target);
        using var broker = new Broker(folder);
        using var hub = broker.Client("mosquitto_sub", "-i", "hub", "-t", "anomalies/#", "-C", expected.Count.ToString());
        broker.WaitFor("Sending SUBACK to hub");
        using var agent = Published.Start(
            target, "run", "--config", folder.Write("agent.toml", Some.Configuration(Published.Model(target), broker.Port)));
        agent.WaitFor("subscribed");

        using (var sensor = broker.Client("mosquitto_pub", "-t", $"plant/{Device}/telemetry", "-l"))
        {
            foreach (var payload in Payloads.Of(Published.Recording($"{Device}.csv")))
                sensor.Input.WriteLine(payload);
            sensor.Input.Close();
            Assert.Equal(0, sensor.WaitForExit());
        }

        Assert.Equal(0, hub.WaitForExit());
        Assert.Equal(0, agent.Terminate());
        output.WriteLine(agent.Errors);
        var found = Findings(hub.Output);
        // A fresh critical event may overtake those of other anomalies; the reports of each anomaly keep their order.
        Assert.Equal(
            expected.Select(f => f.Finding).Order(StringComparer.Ordinal), found.Select(f => f.Finding).Order(StringComparer.Ordinal));
        foreach (var anomaly in expected.GroupBy(f => f.Started))
            Assert.Equal(anomaly, found.Where(f => f.Started == anomaly.Key));
        Assert.Contains($"delivered {expected.Count} + owed 0 + dropped 0", agent.Errors);
    }

    private static List<(string Started, string Finding)> Replay(TempFolder folder, string target)
    {
        var events = folder.File("events.jsonl");
        Assert.Equal(0, Published.Run(
            target, out _, "replay", "--model", Published.Model(target), "--events", events, Published.Recording($"{Device}.csv")));
        return Findings(File.ReadAllText(events));
    }

    /// <summary>
    /// What the events found, in their order, with the start of their anomaly; site and agent, and so the ids, differ from the replay's.
    /// </summary>
    private static List<(string Started, string Finding)> Findings(string lines)
    {
        var findings = new List<(string, string)>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var data = root.GetProperty("data");
            findings.Add(($"{data.GetProperty("started")}", $"{root.GetProperty("type")} {root.GetProperty("time")} {data.GetProperty("score")} {data.GetProperty("channels")}"));
        }
        return findings;
    }
}
