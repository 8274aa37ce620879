namespace EdgeAgent.Scenarios.Conformance;

/// <summary>
/// Every real broker as the one upstream: each event of an undisturbed run arrives at its subscriber at least once, under its id, and no
/// other does.
/// </summary>
public sealed class UpstreamConformanceTests
{
    public static TheoryData<string, string> Brokers => RealBrokers.WithVersions;

    [Theory, MemberData(nameof(Brokers))]
    public async Task Each_event_arrives_over_lost_acknowledgements_and_kills_of_broker_and_agent(string broker, string version)
    {
        await using var bench = await ConformanceBench.Start(broker, version, isSource: false);
        Assert.Equal(version.Length == 0, bench.Agent.Log.Contains("does not accept MQTT 5; MQTT 3.1.1 is used"));
        await bench.Publish(0, 500);
        await bench.Settled(500);

        // The broker has the events, and the agent does not know it.
        bench.Proxy.LosesAnswers = true;
        await bench.Publish(500, 550);
        await SeenMore(bench);
        bench.Proxy.Cut();
        bench.Proxy.LosesAnswers = false;
        await bench.Settled(550);

        await KillBroker(bench);

        var sending = bench.Publish(650, 900);
        await Eventually.Holds(() => bench.Book("windowed").Result > 700, () => bench.Agent.Log);
        await bench.KillAgent();
        await sending;
        await bench.Publish(900, Plant.Readings);

        await bench.AssertNothingIsLostOrNew();
    }

    /// <summary>
    /// The broker is killed with events in it that it has not acknowledged. The agent comes back behind the subscriber: what nobody has
    /// subscribed to is acknowledged and gone.
    /// </summary>
    private static async Task KillBroker(ConformanceBench bench)
    {
        bench.Proxy.LosesAnswers = true;
        await bench.Publish(550, 650);
        await SeenMore(bench);
        bench.Tested.Kill();
        bench.Proxy.IsStalled = true;
        bench.Proxy.LosesAnswers = false;
        bench.Proxy.Cut();
        await bench.Tested.Start();
        await bench.StartConsumer();
        bench.Proxy.IsStalled = false;
        await bench.Settled(650);
    }

    private static async Task SeenMore(ConformanceBench bench)
    {
        var before = await bench.Book("delivered");
        await Eventually.Holds(() => bench.Seen.Count > before, () => bench.Agent.Log);
    }
}
