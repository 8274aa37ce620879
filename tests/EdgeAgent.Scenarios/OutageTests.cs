using System.Diagnostics;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Scenarios;

/// <summary>The way upstream fails as real networks and brokers do; nothing is lost, and it is seen in time.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task After_an_hour_away_ten_thousand_events_drain_in_order_with_a_fresh_alarm_ahead_and_none_lost()
    {
        const int devices = 100, reports = 100, inFlight = 64;
        using var hub = new Mosquitto();
        using var proxy = new FaultProxy(hub.Port);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var bench = new UplinkBench(proxy.Port, time, o =>
        {
            o.Delivery.Reconnect.RetryDelayLimit = TimeSpan.FromSeconds(30);
            o.Delivery.InFlightLimit = inFlight;
        });
        for (var report = 1; report <= reports; report++)
        {
            for (var device = 0; device < devices; device++) bench.Append($"pump-{device}", report);
            time.Advance(TimeSpan.FromSeconds(36));
        }
        await Eventually.Holds(() => bench.Outbox.Counters.OnDisk == devices * reports, () => $"{bench.Outbox.Counters.OnDisk} on disk");
        // The agent may be trying just now: what it delivered before the consumer had subscribed would be missed.
        proxy.IsStalled = true;
        await hub.Start();
        await using var consumer = await Consumer.Start(hub);
        proxy.IsStalled = false;
        // A slow line, so that the drain takes seconds on any machine.
        proxy.Delay = TimeSpan.FromMilliseconds(20);
        await Connect(bench, time);
        await Eventually.Holds(() => consumer.Events.Count > 500, () => $"{consumer.Events.Count} came");

        // The drain stands still while the alarm is raised: only what is under way may come before it, however fast the machine.
        proxy.IsStalled = true;
        var before = await Still(() => consumer.Events.Count);
        var owed = bench.Outbox.Counters.Owed;
        Assert.True(owed > 1000, $"only {owed} are owed");
        bench.Append("alarm", 1, Severity.Critical);
        (proxy.IsStalled, proxy.Delay) = (false, TimeSpan.Zero);
        await Eventually.Holds(() => consumer.Events.Contains("alarm 1"), () => $"{consumer.Events.Count} came, no alarm");
        var place = consumer.Events.ToList().IndexOf("alarm 1");
        // And once more the link breaks, in the middle of it.
        var duplicatesLimit = 0;
        if (bench.Outbox.Counters.Owed > 0)
        {
            proxy.Cut();
            duplicatesLimit = inFlight;
            await Eventually.Holds(() => !bench.Link.Counters.IsConnected, () => bench.Log);
            await Connect(bench, time);
        }
        // Time goes on, for what may be put off, and no faster than acknowledgements come.
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromMilliseconds(50)); return bench.Outbox.Counters.Owed == 0; },
            () => $"{bench.Outbox.Counters.Owed} owed\n{bench.Log}");
        await Eventually.Holds(
            () => consumer.Distinct.Count == devices * reports + 1, () => $"{consumer.Distinct.Count} of {devices * reports + 1}");

        // The line broke, no event broke it: hardly one is put off for that (time that jumps while one is under way may look like it).
        Assert.InRange(bench.Log.Split("when sent alone").Length - 1, 0, 5);
        var all = consumer.Events;
        Assert.True(place < before + 3 * inFlight, $"the alarm came at {place}, {before} had come when it was raised");
        Assert.InRange(all.Count - consumer.Distinct.Count, 0, duplicatesLimit);
        foreach (var device in all.Distinct().GroupBy(e => e.Split(' ')[0]))
            Assert.Equal(Enumerable.Range(1, device.Count()), device.Select(e => int.Parse(e.Split(' ')[1])));
        var counters = bench.Outbox.Counters;
        Assert.Equal(counters.Recovered + counters.Appended, counters.Delivered + counters.Owed + counters.Dropped);
        Assert.Equal(0, counters.Dropped);
    }

    [Fact]
    public async Task After_a_broker_was_away_for_twenty_seconds_the_first_event_is_there_within_two()
    {
        using var hub = await new Mosquitto().Start();
        // As an agent is configured that says nothing about it.
        await using var bench = new UplinkBench(hub.Port, TimeProvider.System, o => o.Delivery.Reconnect = new ReconnectOptions());
        await Eventually.Holds(() => bench.Link.Counters.IsConnected, () => bench.Log);
        hub.Stop();
        await Eventually.Holds(() => !bench.Link.Counters.IsConnected, () => bench.Log);
        bench.Append("pump", 1);
        await Task.Delay(TimeSpan.FromSeconds(20));

        await hub.Start();
        var watch = Stopwatch.StartNew();
        await Eventually.Holds(() => bench.Outbox.Counters.Delivered == 1, () => bench.Log);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task A_half_open_link_is_seen_within_twice_the_keep_alive_and_what_was_under_way_is_sent_again()
    {
        using var hub = await new Mosquitto().Start();
        using var proxy = new FaultProxy(hub.Port);
        await using var bench = new UplinkBench(proxy.Port, TimeProvider.System, o => o.Mqtt.KeepAlive = TimeSpan.FromSeconds(2));
        await using var consumer = await Consumer.Start(hub);
        await Eventually.Holds(() => bench.Link.Counters.IsConnected, () => bench.Log);

        proxy.IsHalfOpen = true;
        var watch = Stopwatch.StartNew();
        bench.Append("pump", 1);
        await Eventually.Holds(() => !bench.Link.Counters.IsConnected, () => bench.Log);
        var seen = watch.Elapsed;
        proxy.IsHalfOpen = false;

        await Eventually.Holds(() => consumer.Events.Contains("pump 1"), () => bench.Log);
        Assert.Contains("the broker was silent for more than 3 s", bench.Log);
        // Twice the keep-alive, and a second for a busy machine.
        Assert.InRange(seen.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_broker_that_is_stopped_and_continued_costs_no_event()
    {
        using var hub = await new Mosquitto().Start();
        await using var bench = new UplinkBench(hub.Port, TimeProvider.System, o => o.Mqtt.KeepAlive = TimeSpan.FromSeconds(2));
        await using var consumer = await Consumer.Start(hub);
        await Eventually.Holds(() => bench.Link.Counters.IsConnected, () => bench.Log);
        for (var i = 1; i <= 50; i++) bench.Append("pump", i);
        hub.Signal("STOP");
        try
        {
            for (var i = 51; i <= 100; i++) bench.Append("pump", i);
            await Eventually.Holds(() => bench.Log.Contains("the broker was silent for more than 3 s"), () => bench.Log);
        }
        finally
        {
            hub.Signal("CONT");
        }
        await Eventually.Holds(
            () => consumer.Distinct.Count == 100 && bench.Outbox.Counters.Owed == 0, () => $"{consumer.Distinct.Count}\n{bench.Log}");
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("trickle")]
    [InlineData("stall")]
    [InlineData("corrupt")]
    [InlineData("cut")]
    public async Task A_bad_network_costs_time_and_no_event(string fault)
    {
        using var hub = await new Mosquitto().Start();
        using var proxy = new FaultProxy(hub.Port);
        await using var bench = new UplinkBench(proxy.Port, TimeProvider.System,
            o => (o.Mqtt.KeepAlive, o.Delivery.Mqtt.AckTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)));
        await using var consumer = await Consumer.Start(hub);
        await Eventually.Holds(() => bench.Link.Counters.IsConnected, () => bench.Log);
        for (var round = 0; round < 3; round++)
        {
            if (fault == "delay") proxy.Delay = TimeSpan.FromMilliseconds(100);
            if (fault == "trickle") proxy.Trickles = true;
            if (fault == "stall") proxy.IsStalled = true;
            if (fault == "corrupt") proxy.CorruptsOnce = true;
            for (var i = 1; i <= 20; i++) bench.Append("pump", round * 20 + i);
            await Task.Delay(fault == "stall" ? 5000 : 400);
            if (fault == "cut") proxy.Cut();
            proxy.IsStalled = false;
        }
        proxy.Delay = TimeSpan.Zero;
        await Eventually.Holds(
            () => consumer.Distinct.Count == 60 && bench.Outbox.Counters.Owed == 0, () => $"{consumer.Distinct.Count} of 60\n{bench.Log}");
        Assert.Equal(0, bench.Outbox.Counters.Dropped);
    }

    /// <summary>The number once it has not changed for half a second.</summary>
    private static async Task<int> Still(Func<int> number)
    {
        for (var before = -1; ; await Task.Delay(500))
            if (number() is var now && now == before) return now;
            else before = now;
    }

    private static async Task Connect(UplinkBench bench, FakeTimeProvider time)
    {
        for (var second = 0; !bench.Link.Counters.IsConnected; second++)
        {
            Assert.True(second < 300, $"no connection\n{bench.Log}");
            time.Advance(TimeSpan.FromSeconds(1));
            // A moment for each connection to come about: time that jumps on would be taken for its silence.
            await Task.Delay(100);
        }
    }
}
