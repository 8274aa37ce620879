namespace EdgeAgent.Scenarios.Conformance;

/// <summary>Habits of real brokers, each of which has cost or might cost readings. docs/brokers.md lists them.</summary>
public sealed class BrokerHabitTests
{
    [Theory]
    [InlineData("mosquitto", "5")]
    [InlineData("mosquitto", "3.1.1")]
    [InlineData("MQTTnet.Server", "5")]
    [InlineData("MQTTnet.Server", "3.1.1")]
    public async Task Filters_that_overlap_bring_each_reading_once(string broker, string version)
    {
        const string topics = "\"plant/+/telemetry\", \"plant/pump-1/#\", \"plant/pump-1/telemetry\"";
        await using var bench = await ConformanceBench.Start(broker, version, isSource: true, topics);

        await bench.Publish(0, Plant.Readings);

        await bench.AssertNothingIsLostOrNew();
        Assert.Contains($"received {Plant.Readings} = windowed {Plant.Readings} + filtered 0", bench.Agent.Log);
    }

    [Fact]
    public async Task RabbitMQ_turns_dots_into_levels_and_the_doctor_says_so()
    {
        const string topics = "\"plant/+/telemetry\", \"plant/line.2/#\"";
        await using var bench = await ConformanceBench.Start(RealBrokers.RabbitMq, "", isSource: true, topics);

        await Plant.Publish(bench.Sensors, "plant/pump.1/telemetry", Plant.Payloads[0]);
        await Plant.Publish(bench.Sensors, "plant/line.2/telemetry", Plant.Payloads[0]);
        await bench.Publish(0, 1);

        // The first has become plant/pump/1/telemetry, and no filter matches it; the second comes as plant/line/2/telemetry.
        await bench.Settled(2);
        Assert.Equal(2, (await bench.Status()).GetProperty("sources")[0].GetProperty("devices").GetInt32());
        var doctor = await bench.Doctor();
        Assert.Contains("‼ source pumps: it closes on MQTT 5 as RabbitMQ 3.10 does, which turns the dots of a topic into levels", doctor);
        Assert.Contains("\"plant/line.2/#\" has some", doctor);
        Assert.Contains("‼ source pumps: some topics match the same messages", doctor);
    }

    [Fact]
    public async Task A_session_that_the_broker_did_not_keep_is_counted_and_told()
    {
        await using var bench = await ConformanceBench.Start("mosquitto", "5", isSource: true);
        await bench.Publish(0, 10);
        await bench.Settled(10);
        Assert.Contains("edgeagent_source_sessions_lost_total{source=\"pumps\"} 0", await bench.Ask("/metrics"));
        Assert.Equal("ready", await bench.Ask("/readyz"));

        // Killed, it writes no session to disk.
        bench.Tested.Kill();
        await bench.Tested.Start();
        await bench.Connected("source pumps subscribed", 2);

        Assert.Contains("has not kept the session: readings that were sent while the agent was away are lost", bench.Agent.Log);
        Assert.Contains("edgeagent_source_sessions_lost_total{source=\"pumps\"} 1", await bench.Ask("/metrics"));
        Assert.Contains("source pumps: its broker has not kept the session", await bench.Ask("/readyz"));
        Assert.Equal("degraded", (await bench.Status()).GetProperty("health").GetString());
        Assert.Contains("its broker has not kept the session", await bench.Doctor());
    }

    [Fact]
    public async Task Two_agents_under_one_id_at_mosquitto_are_told_which_id_it_is()
    {
        using var one = new Scenario();
        using var other = new Scenario();
        one.Configure();
        other.Configure(sensors: one.Sensors.Url, hub: one.Hub.Url);
        await one.Sensors.Start();
        await one.Hub.Start();
        using var first = one.StartAgent();
        await first.Says("source pumps subscribed");
        using var second = other.StartAgent();

        foreach (var id in new[] { "edgeagent-gateway-pumps", "edgeagent-gateway-upstream" })
            await Eventually.Holds(
                () => (first.Log + second.Log).Contains($"Does another client use the client id \"{id}\"?"),
                () => $"{first.Log}\n\n{second.Log}");
    }
}
