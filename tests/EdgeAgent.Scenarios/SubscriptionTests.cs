using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>What a real broker keeps for the agent: retained messages, the session's filters, and the agent's own status.</summary>
public sealed class SubscriptionTests
{
    [Theory]
    [InlineData("5", "", 0, 0)]
    [InlineData("3.1.1", "", 1, 1)]
    [InlineData("5", ", retained = true", 1, 0)]
    public async Task What_was_retained_before_is_no_reading_unless_wanted(string version, string option, int received, int filtered)
    {
        using var scenario = new Scenario();
        scenario.Configure(version, source: option);
        await scenario.Sensors.Start();
        await Plant.Publish(scenario.Sensors, "plant/old/telemetry", Plant.Payloads[0], isRetained: true);
        using var agent = scenario.StartAgent();
        await agent.Says("source pumps subscribed");

        await Plant.Publish(scenario.Sensors, 0, 10);

        JsonElement books = default;
        await Eventually.Holds(() => (books = scenario.Status().Result.GetProperty("books"))
            .GetProperty("received").GetInt32() >= 10 + received, () => $"{books}");
        Assert.Equal((10 + received, 10 + received - filtered, filtered, true), (
            books.GetProperty("received").GetInt32(), books.GetProperty("windowed").GetInt32(),
            books.GetProperty("filtered").GetInt32(), books.GetProperty("balanced").GetBoolean()));
        Assert.Equal(0, await agent.Stop());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_topic_that_is_configured_no_more_is_heard_no_more(string version)
    {
        using var scenario = new Scenario();
        scenario.Configure(version, topics: "\"plant/+/telemetry\", \"old/#\"");
        await scenario.Sensors.Start();
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await Plant.Publish(scenario.Sensors, "old/pump/telemetry", Plant.Payloads[0]);
            await Eventually.Holds(
                () => scenario.Status().Result.GetProperty("books").GetProperty("received").GetInt32() == 1, () => agent.Log);
            Assert.Equal(0, await agent.Stop());
        }

        scenario.Configure(version);
        using var again = scenario.StartAgent();
        await again.Says("unsubscribes from old/#");
        await again.Says("source pumps subscribed");
        await Plant.Publish(scenario.Sensors, "old/pump/telemetry", Plant.Payloads[0]);
        await Plant.Publish(scenario.Sensors, 0, 10);
        await scenario.Settled(10);
        Assert.Equal(0, await again.Stop());
        Assert.Contains("received 10 = windowed 10 + filtered 0", again.Log);
    }

    [Fact]
    public async Task The_retained_status_carries_the_books_while_the_agent_runs_and_after_its_stop()
    {
        using var scenario = new Scenario();
        scenario.Configure(upstream: "status_every = \"1s\"");
        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub, "edgeagent/#");
        await scenario.Sensors.Start();
        using var agent = scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        await agent.Says("upstream connected");

        await Plant.Publish(scenario.Sensors, 0, 20);

        await Eventually.Holds(() => Last(consumer) is { } s && Number(s, "windowed") == 20, () => $"{Last(consumer)}\n{agent.Log}");
        var current = Last(consumer)!.Value;
        Assert.Equal("online", current.GetProperty("status").GetString());
        Assert.Equal(
            (20, 1, 1, 1, 0), (Number(current, "received"), Number(current, "sources"),
                Number(current, "sourcesConnected"), Number(current, "devices"), Number(current, "events")));
        await Task.Delay(2500);
        var count = consumer.Events.Count;
        await Task.Delay(2500);
        Assert.Equal(count, consumer.Events.Count);

        Assert.Equal(0, await agent.Stop());
        await Eventually.Holds(() => Last(consumer)!.Value.GetProperty("status").GetString() == "offline", () => $"{Last(consumer)}");
        Assert.Equal((20, 0), (Number(Last(consumer)!.Value, "received"), Number(Last(consumer)!.Value, "owed")));
        // It is no event: the books know nothing of it.
        Assert.Contains("events 0 = delivered 0 + owed 0 + dropped 0", agent.Log);
    }

    [Fact]
    public async Task The_retained_status_counts_the_open_anomalies_over_a_kill()
    {
        using var scenario = new Scenario();
        scenario.Configure(upstream: "status_every = \"1s\"");
        await scenario.Hub.Start();
        await using var status = await Consumer.Start(scenario.Hub, "edgeagent/#");
        await scenario.Sensors.Start();
        using (var agent = scenario.StartAgent())
        {
            await agent.Says("source pumps subscribed");
            await agent.Says("upstream connected");
            // The recording's anomaly is open by then.
            await Plant.Publish(scenario.Sensors, 0, 700);
            await Eventually.Holds(() => Last(status) is { } s && Number(s, "received") == 700
                && Number(s, "openAnomalies") == 1, () => $"{Last(status)}\n{agent.Log}");
            Assert.Equal(1, (await scenario.Status()).GetProperty("openCount").GetInt32());
            agent.Kill();
        }

        using var again = scenario.StartAgent();
        await again.Says("source pumps subscribed");
        await Plant.Publish(scenario.Sensors, 700, 701);
        await Eventually.Holds(() => Last(status) is { } s && Number(s, "received") == 1
            && Number(s, "openAnomalies") == 1, () => $"{Last(status)}\n{again.Log}");
        await Plant.Publish(scenario.Sensors, 701, Plant.Readings);
        await Eventually.Holds(() => Last(status) is { } s && Number(s, "received") == Plant.Readings - 700
            && Number(s, "openAnomalies") == 0, () => $"{Last(status)}\n{again.Log}");
        Assert.Equal(0, await again.Stop());
    }

    private static JsonElement? Last(Consumer consumer) =>
        consumer.Events.Count == 0 ? null : JsonDocument.Parse(consumer.Events[^1]).RootElement;

    private static int Number(JsonElement status, string key) => status.TryGetProperty(key, out var value) ? value.GetInt32() : -1;
}
