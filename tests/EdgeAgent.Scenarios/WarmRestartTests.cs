using System.Text;
using System.Text.Json;
using MQTTnet;

namespace EdgeAgent.Scenarios;

/// <summary>A restart costs no reading and no event: what the agent knows of its devices is still there.</summary>
public sealed class WarmRestartTests
{
    private const string EveryWindow = "forward = \"every-window\"";

    [Fact]
    public async Task Killed_again_and_again_while_readings_come_the_events_are_those_of_an_uninterrupted_run()
    {
        using var scenario = new Scenario();
        scenario.Configure(detector: EveryWindow);
        await using var live = await scenario.GoLive();
        var (expected, consumer, first) = live;
        AgentProcess? agent = null;
        // While it calibrates, before the anomaly, while one opens and while it is open.
        foreach (var (from, to, lanes) in new[] { (0, 200, 1), (200, 480, 3), (480, 620, 2), (620, 760, 1), (760, 900, 4) })
        {
            var sending = Plant.Publish(scenario.Sensors, from, to);
            // Nothing is judged within the first 400; later each run must get on a little, on a slow machine too.
            await Eventually.Holds(
                () => from == 0 ? sending.IsCompleted : consumer.Distinct.Count > Math.Max(0, from - 400) + 40, () => (agent ?? first).Log);
            (agent ?? first).Kill();
            agent?.Dispose();
            scenario.Configure(detector: EveryWindow, lanes: lanes);
            agent = scenario.StartAgent();
            await sending;
            await agent.Says("source pumps subscribed");
        }
        await Plant.Publish(scenario.Sensors, 900, Plant.Readings);

        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{agent!.Log}");
        Assert.Equal(expected.ToHashSet(), consumer.Distinct);
        Assert.Equal(0, await agent!.Stop());
        Assert.Contains("1 devices go on where they were", agent.Log);
        Assert.DoesNotContain("calibrated for", agent.Log);
        agent.Dispose();
    }

    [Fact]
    public async Task Events_that_were_neither_sent_nor_on_disk_at_a_kill_arrive_after_the_next_start()
    {
        using var scenario = new Scenario();
        // With so long a moment for the acknowledgement nothing is committed before the kill; and nothing is acknowledged.
        scenario.Configure(upstream: "group_commit = \"60s\"");
        await scenario.Sensors.Start();
        var expected = await scenario.Replay();
        await scenario.Hub.Start();
        using var silent = new SilentPort(scenario.Hub.Port);
        scenario.Configure(upstream: "group_commit = \"60s\"", hub: silent.Url);
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await agent.Says("upstream connected");
            silent.Hush();
            await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
            await Eventually.Holds(() => silent.BytesHushed > 4000, () => $"{silent.BytesHushed} bytes\n{agent.Log}");
            await Task.Delay(500);
            agent.Kill();
        }
        await using var consumer = await Consumer.Start(scenario.Hub);
        scenario.Configure();
        using var again = scenario.StartAgent();
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{again.Log}");
        Assert.Equal(expected.ToHashSet(), consumer.Distinct);
        await again.Says("events that were not safe when the agent ended are owed again");
    }

    [Fact]
    public async Task Stopped_and_killed_again_and_again_with_a_silent_hub_each_event_is_owed_and_sent_once()
    {
        using var scenario = new Scenario();
        scenario.Configure(detector: EveryWindow);
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        var expected = await scenario.Replay();
        await using var consumer = await Consumer.Start(scenario.Hub);
        using var silent = new SilentPort(scenario.Hub.Port);
        // The first life has all its events in memory until it ends; for the others there is no link, and they go to disk.
        scenario.Configure(detector: EveryWindow, upstream: "group_commit = \"60s\"", hub: silent.Url, checkpoint: "1s");
        foreach (var (from, to, isKilled) in new[] { (0, 600, false),
            (600, 700, true), (700, 800, false), (800, 900, true), (900, 900, false) })
        {
            using var agent = scenario.StartAgent();
            await agent.Says("source pumps subscribed");
            if (from == 0) await agent.Says("upstream connected");
            silent.Hush();
            await Plant.Publish(scenario.Sensors, from, to);
            await Task.Delay(1500);
            if (isKilled) agent.Kill();
            else Assert.Equal(0, await agent.Stop());
        }
        scenario.Configure(detector: EveryWindow);
        using var last = scenario.StartAgent();
        await last.Says("source pumps subscribed");
        await Plant.Publish(scenario.Sensors, 900, Plant.Readings);
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{last.Log}");
        Assert.Equal(0, await last.Stop());
        Assert.Equal(expected.ToHashSet(), consumer.Distinct);
        Assert.Equal(consumer.Distinct.Count, consumer.Events.Count);
    }

    [Fact]
    public async Task After_a_stop_and_a_power_off_it_goes_on_from_the_checkpoint()
    {
        using var scenario = new Scenario();
        scenario.Configure(detector: EveryWindow);
        await using var live = await scenario.GoLive();
        var (expected, consumer, agent) = live;
        await Plant.Publish(scenario.Sensors, 0, 700);
        await Eventually.Holds(() => consumer.Distinct.Count >= 290, () => agent.Log);
        Assert.Equal(0, await agent.Stop());
        Directory.Delete(scenario.RuntimeFolder, recursive: true);

        using var again = scenario.StartAgent();
        await again.Says("1 devices go on where they were");
        await Plant.Publish(scenario.Sensors, 700, Plant.Readings);
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count}\n{again.Log}");
        Assert.Equal(expected.ToHashSet(), consumer.Distinct);
    }

    [Fact]
    public async Task After_a_power_cut_devices_are_judged_at_once_and_no_id_is_used_twice()
    {
        using var scenario = new Scenario();
        scenario.Configure(checkpoint: "1s");
        await using var live = await scenario.GoLive();
        var (expected, consumer, agent) = live;
        // An event is open by then, and a checkpoint holds it.
        await Plant.Publish(scenario.Sensors, 0, 700);
        await Eventually.Holds(() => consumer.Distinct.Count > 0 && File.Exists(scenario.CheckpointFile), () => agent.Log);
        await Task.Delay(2500);
        agent.Kill();
        Directory.Delete(scenario.RuntimeFolder, recursive: true);

        using var again = scenario.StartAgent();
        await again.Says("1 devices go on where they were");
        await Plant.Publish(scenario.Sensors, 700, Plant.Readings);
        await Eventually.Holds(
            () => expected.Where(e => e.Contains("anomaly.closed")).Select(AnomalyOf)
                .All(consumer.Distinct.Where(e => e.Contains("anomaly.closed")).Select(AnomalyOf).Contains),
            () => $"{consumer.Distinct.Count}\n{again.Log}");
        Assert.Equal(0, await again.Stop());
        Assert.DoesNotContain("calibrated for", again.Log);
        var ids = consumer.Distinct.Select(e => e.Split("\"id\":\"")[1].Split('"')[0]).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(
            expected.Select(AnomalyOf).ToHashSet(),
            consumer.Distinct.Select(AnomalyOf).ToHashSet());

        static string AnomalyOf(string e) => e.Split("\"anomalyid\":\"")[1].Split('"')[0];
    }

    [Fact]
    public async Task Killed_the_channel_that_a_device_left_to_choose_is_judged_on_though_it_sends_another_now()
    {
        using var scenario = new Scenario();
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub);
        scenario.Configure(model: Path.Combine(Repository.Root, "models/single-channel"), rule: false);
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await Publish(0, 560, i => $$"""{"torque": {{Value(i)}}}""", "press");
            await Publish(0, 560, i => $$"""{"speed": {{Value(i)}}}""", "fan");
            await agent.Says("fan calibrated for");
            await Eventually.Holds(() => Judged(scenario).GetAwaiter().GetResult() == 2 * (560 - 198), () => agent.Log);
            agent.Kill();
        }
        using var again = scenario.StartAgent();
        await again.Says("source pumps subscribed");
        await again.Says("2 devices go on where they were");
        await Publish(560, 700, i => $$"""{"noise": 7, "torque": {{Value(i) + (i >= 600 ? 40 : 0)}}}""", "press");
        await Eventually.Holds(() => consumer.Events.Any(e => e.Contains("anomaly.opened")), () => again.Log);

        var opened = JsonDocument.Parse(consumer.Events[0]).RootElement.GetProperty("data");
        Assert.Equal("torque", opened.GetProperty("channels")[0].GetProperty("name").GetString());
        Assert.All(opened.GetProperty("features").EnumerateObject(), f => Assert.StartsWith("torque.", f.Name, StringComparison.Ordinal));
        var (exitCode, learned) = await scenario.Ask("calibration", "list", "--json");
        Assert.Equal(0, exitCode);
        Assert.Contains("\"torque.mean8\"", learned);
        Assert.DoesNotContain("\"*\"", learned);
        Assert.DoesNotContain("judges one channel of any name", again.Log);
        Assert.Equal(0, await again.Stop());

        async Task Publish(int from, int to, Func<int, string> values, string device)
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", scenario.Sensors.Port).Build());
            for (var i = from; i < to; i++)
                await Plant.Send(client, $"plant/{device}/telemetry", Encoding.UTF8.GetBytes($$"""{"ts": {{1_767_225_600 + i}}, "values": {{values(i)}}}"""));
            await client.DisconnectAsync(new MQTTnet.MqttClientDisconnectOptions(), default);
        }

        // A little of everything, so that a step is what stands out.
        static int Value(int i) => 100 + (i * 7919 + i * i * 31) % 9;
    }

    private static async Task<long> Judged(Scenario scenario) =>
        (await scenario.Status()).GetProperty("detectors")[0].GetProperty("judged").GetInt64();

    [Fact]
    public async Task Damaged_state_is_told_and_costs_no_start()
    {
        using var scenario = new Scenario();
        scenario.Configure(checkpoint: "1s");
        await scenario.Sensors.Start();
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await Plant.Publish(scenario.Sensors, 0, 500);
            await agent.Says("calibrated for");
            await Eventually.Holds(() => File.Exists(scenario.CheckpointFile), () => agent.Log);
            agent.Kill();
        }
        File.WriteAllText(scenario.CheckpointFile, "torn");
        string[] files =
            [.. Directory.GetFiles(scenario.RuntimeFolder, "lane-*.live"), .. Directory.GetFiles(scenario.RuntimeFolder, "lane-*.devices")];
        Assert.True(files.Length >= 2, string.Join(", ", files));
        foreach (var live in files)
            File.WriteAllBytes(live, []);

        using var again = scenario.StartAgent();
        await again.Says("devices.checkpoint cannot be used");
        await again.Says("lane-0.live cannot be used");
        await again.Says("source pumps subscribed");
        await Plant.Publish(scenario.Sensors, 500, Plant.Readings);
        await again.Says("calibrated for");
        Assert.Equal(0, await again.Stop());
    }
}
