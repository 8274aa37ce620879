namespace EdgeAgent.Scenarios.Conformance;

/// <summary>
/// The sensors' side at every real broker: whatever repeats, ends or forgets, a reading is in exactly one window, and the events are those
/// of an undisturbed run.
/// </summary>
public sealed class SourceConformanceTests
{
    public static TheoryData<string, string> Brokers => RealBrokers.WithVersions;

    [Theory, MemberData(nameof(Brokers))]
    public async Task Each_reading_is_windowed_once_over_lost_acknowledgements_and_kills_of_broker_and_agent(string broker, string version)
    {
        await using var bench = await ConformanceBench.Start(broker, version, isSource: true);
        Assert.Equal(version.Length == 0, bench.Agent.Log.Contains("does not accept MQTT 5; MQTT 3.1.1 is used"));
        await bench.Publish(0, 450);
        await bench.Settled(450);

        await LoseAcknowledgements(bench);
        var windowed = await KillBroker(bench, isSessionKept: broker == RealBrokers.RabbitMq);

        var sending = bench.Publish(windowed, 900);
        await Eventually.Holds(() => bench.Book("windowed").Result > windowed + 50, () => bench.Agent.Log);
        await bench.KillAgent();
        await sending;
        await bench.Publish(900, Plant.Readings);

        await bench.AssertNothingIsLostOrNew();
    }

    /// <summary>What the agent has windowed comes again on the next connection, marked or not, under the old packet id or not.</summary>
    private static async Task LoseAcknowledgements(ConformanceBench bench)
    {
        bench.Proxy.LosesRequests = true;
        await bench.Publish(450, 550);
        // As many as the broker has under way at once: not all of them.
        await Eventually.Holds(() => bench.Book("windowed").Result >= 460, () => bench.Agent.Log);
        await Task.Delay(300);
        bench.Proxy.Cut();
        bench.Proxy.LosesRequests = false;
        await bench.Connected("source pumps subscribed", 2);
        await Eventually.Holds(() => bench.Book("filtered").Result >= 10, () => $"the broker repeats nothing\n{bench.Agent.Log}");
        await bench.Settled(550);
    }

    /// <summary>Sensors go on behind what the agent has: a broker that keeps sessions in memory has lost what was under way.</summary>
    private static async Task<int> KillBroker(ConformanceBench bench, bool isSessionKept)
    {
        await bench.Publish(550, 700);
        bench.Tested.Kill();
        await bench.Tested.Start();
        await bench.Connected("source pumps subscribed", 3);
        // Behind everything that the broker still has for the agent.
        await Plant.Publish(bench.Sensors, "plant/marker/telemetry", "no reading"u8.ToArray());
        await Eventually.Holds(() => bench.Book("deadLettered").Result == 1, () => bench.Agent.Log);
        var windowed = (int)await bench.Book("windowed");
        var source = (await bench.Status()).GetProperty("sources")[0];
        Assert.Equal(isSessionKept ? 0 : 1, source.GetProperty("sessionsLost").GetInt32());
        Assert.Equal(!isSessionKept, bench.Agent.Log.Contains("has not kept the session"));
        Assert.InRange(windowed, isSessionKept ? 700 : 550, 700);
        return windowed;
    }
}
