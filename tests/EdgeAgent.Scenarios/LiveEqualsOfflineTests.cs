namespace EdgeAgent.Scenarios;

/// <summary>Same readings, same events (promise 7), in the order that docs/events.md promises.</summary>
public sealed class LiveEqualsOfflineTests
{
    [Theory]
    [InlineData("5", 1)]
    [InlineData("5", 0)]
    [InlineData("3.1.1", 1)]
    [InlineData("3.1.1", 0)]
    public async Task Live_readings_give_the_events_of_their_recording_byte_for_byte(string version, int qos)
    {
        using var scenario = new Scenario();
        scenario.Configure(version, qos);
        await using var live = await scenario.GoLive();
        var (expected, consumer, agent) = live;

        await Plant.Publish(scenario.Sensors, 0, Plant.Readings, qos);
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count} events\n{agent.Log}");
        // The last readings come behind the last event.
        await scenario.Settled(Plant.Readings, expected.Count);

        Assert.Contains(expected, e => e.Contains("anomaly.opened") && e.Contains("\"severity\":\"warning\""));
        Assert.Contains(expected, e => e.Contains("\"severity\":\"critical\"") && e.Contains("\"rule\":\"flow low\""));
        Assert.Equal(0, await agent.Stop());
        Promised.Same(expected, consumer.Events);
        Assert.True(agent.Log.Contains($"received {Plant.Readings} = windowed {Plant.Readings} + filtered 0 + dead-lettered 0"), agent.Log);
        Assert.Contains($"events {expected.Count} = delivered {expected.Count} + owed 0 + dropped 0", agent.Log);
    }

    [Fact]
    public async Task Every_window_forwards_the_score_of_each_judged_reading()
    {
        using var scenario = new Scenario();
        scenario.Configure(detector: "forward = \"every-window\"");
        await using var live = await scenario.GoLive();
        var (expected, consumer, agent) = live;

        await Plant.Publish(scenario.Sensors, 0, Plant.Readings);
        await Eventually.Holds(
            () => consumer.Distinct.Count >= expected.Count, () => $"{consumer.Distinct.Count} of {expected.Count} events\n{agent.Log}");

        // The first 59 readings teach what is normal; each of the others is judged, up to the 400th provisionally.
        Assert.Equal(Plant.Readings - 59, consumer.Distinct.Count(e => e.Contains("io.edgeagent.window.scored")));
        Promised.Same(expected, consumer.Events);
    }
}
