using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>How events go over a connection that works, and what becomes of those that the broker does not take.</summary>
public sealed class MqttDeliveryTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task No_more_is_under_way_than_the_broker_takes()
    {
        await using var bench = new HubBench(_broker.Port);
        // Receive maximum 4, of which one is the status'.
        using var connection = await _broker.OpenHubAsync(0x21, 0, 4);
        // Before there is a link nothing is fresh, and the backlog does not get all places.
        await Some.UntilAsync(() => bench.Link.Counters.IsConnected, "the link");
        for (var i = 0; i < 10; i++) bench.Append($"{i}", Severity.Critical);
        var underWay = new Queue<HubPublish>();
        for (var i = 0; i < 3; i++) underWay.Enqueue(await connection.ReadPublishAsync());
        for (var i = 3; i < 10; i++)
        {
            await Task.Delay(30);
            Assert.False(connection.HasBytes);
            await connection.AckAsync(underWay.Dequeue());
            underWay.Enqueue(await connection.ReadPublishAsync());
        }
        while (underWay.TryDequeue(out var publish)) await connection.AckAsync(publish);
        await Some.UntilAsync(() => bench.Store.Counters.Delivered == 10, "all");
    }

    [Fact]
    public async Task A_topic_goes_by_its_number_once_the_broker_knows_it_and_saves_its_bytes()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.OpenHubAsync(0x22, 0, 3);
        string[] topics = ["anomalies/a-long-site/pump-1", "anomalies/a-long-site/pump-2", "anomalies/a-long-site/pump-3"];
        var seen = new List<HubPublish>();
        for (var i = 0; i < 9; i++)
        {
            bench.Append($"{i}", topic: topics[i % 3], bytes: 300);
            seen.Add(await connection.ReadPublishAsync());
            await connection.AckAsync(seen[^1]);
        }
        // The status has one of the three numbers, so the third topic has none.
        Assert.Equal([2, 3, 0, 2, 3, 0, 2, 3, 0], seen.Select(p => p.Alias));
        Assert.Equal([topics[0], topics[1], topics[2], "", "", topics[2], "", "", topics[2]], seen.Select(p => p.Topic));
        Assert.Equal(topics[0].Length, seen[0].WireBytes - seen[3].WireBytes);
        Assert.Equal(topics[0].Length - 3, seen[2].WireBytes - seen[3].WireBytes);
        await Some.UntilAsync(
            () => bench.Link.Counters.Published == 9 && bench.Link.Counters.BytesOut >= seen.Sum(p => p.WireBytes), "the count");
        Assert.Equal(seen.Sum(p => p.WireBytes), bench.Link.Counters.BytesOut);
    }

    [Fact]
    public async Task Numbers_of_topics_are_those_of_one_connection()
    {
        await using var bench = new HubBench(_broker.Port);
        for (var i = 0; i < 3; i++)
        {
            using var connection = await _broker.OpenHubAsync(0x22, 0, 8);
            bench.Append($"{i}");
            var publish = await connection.ReadPublishAsync();
            Assert.Equal(("anomalies/site/pump", 2), (publish.Topic, publish.Alias));
            await connection.AckAsync(publish);
            await Some.UntilAsync(() => bench.Store.Counters.Owed == 0, "the delivery");
        }
    }

    [Fact]
    public async Task Each_attempt_says_what_is_left_of_the_time_to_live()
    {
        var time = Some.Clock();
        await using var bench = new HubBench(_broker.Port, o => o.Outbox.Keep = TimeSpan.FromHours(1), time);
        bench.Append("a", created: time.GetUtcNow());
        for (var (attempt, began) = (0, time.GetUtcNow()); attempt < 3; attempt++)
        {
            using var connection = await _broker.OpenHubAsync();
            var publish = await connection.ReadPublishAsync();
            Assert.InRange(publish.Expiry, 3595 - (time.GetUtcNow() - began).TotalSeconds, 3601 - (time.GetUtcNow() - began).TotalSeconds);
            connection.Dispose();
            await Some.UntilAsync(() => !bench.Link.Counters.IsConnected, "the end");
            await Some.UntilAsync(() => bench.Log.Lines.Count(l => l.Contains("Next try")) == attempt + 1, "the pause");
            await Task.Delay(30);
            time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public async Task A_new_critical_event_finds_a_place_on_the_wire_while_the_backlog_waits_for_its_acknowledgements()
    {
        await using var bench = new HubBench(_broker.Port, o => o.Delivery.InFlightLimit = 8);
        for (var i = 0; i < 100; i++) bench.Append($"{i}");
        using var connection = await _broker.OpenHubAsync();
        for (var i = 0; i < 6; i++)
        {
            var publish = await connection.ReadPublishAsync();
            if (i == 0) await connection.AckAsync(publish);
        }
        await connection.ReadPublishAsync();
        await Task.Delay(50);
        Assert.False(connection.HasBytes);

        bench.Append("alarm", Severity.Critical);

        Assert.Equal(HubBench.IdOf("alarm"), (await connection.ReadPublishAsync()).Event);
    }

    [Theory]
    [InlineData(0x95, "packet too large")]
    [InlineData(0x99, "payload format not accepted")]
    public async Task What_is_refused_for_ever_goes_to_the_dead_letter_and_can_be_put_back(byte code, string reason)
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.OpenHubAsync();
        bench.Append("poison", bytes: 77);
        await connection.AckAsync(await connection.ReadPublishAsync(), code);
        bench.Append("good");
        var good = await connection.ReadPublishAsync();
        Assert.Equal(HubBench.IdOf("good"), good.Event);
        await connection.AckAsync(good);
        await Some.UntilAsync(() => bench.Store.Counters is { Delivered: 1, DroppedRefused: 1, Owed: 0 }, "the books");
        var kept = Assert.Single(bench.Store.Quarantined());
        Assert.Equal((HubBench.IdOf("poison"), 77), (kept.Entry!.Id, kept.Entry.Payload.Length));
        Assert.StartsWith($"refused: {reason}", kept.Reason);
        Assert.Equal(0, bench.Store.Rows());

        Assert.Equal(1, await bench.Store.Outbox.ReplayAsync());
        Assert.Empty(bench.Store.Quarantined());
        Assert.Equal(1, bench.Store.Rows());
        await connection.AckAsync(await connection.ReadPublishAsync());

        await Some.UntilAsync(
            () => bench.Store.Counters is { Delivered: 2, DroppedRefused: 1, Recovered: 1, Owed: 0 }, "the books after it");
        Assert.Equal(0, await bench.Store.Outbox.ReplayAsync());
    }

    [Fact]
    public async Task Put_back_and_refused_again_it_is_still_in_the_dead_letter_once_and_over_a_restart()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.OpenHubAsync();
        bench.Append("poison");
        for (var time = 1; time <= 3; time++)
        {
            await connection.AckAsync(await connection.ReadPublishAsync(), 0x99);
            await Some.UntilAsync(() => bench.Store.Counters.DroppedRefused == time, "the refusal");
            Assert.Single(bench.Store.Quarantined());
            if (time < 3) await bench.Store.Outbox.ReplayAsync();
        }
        Assert.Equal((0, 0), (bench.Store.Counters.Owed, bench.Store.Rows()));
        bench.Store.Reopen();
        Assert.Equal(0, bench.Store.Counters.Recovered);
        Assert.Single(bench.Store.Quarantined());
    }

    [Fact]
    public async Task Upstream_is_told_of_a_refusal_and_a_refused_record_of_drops_makes_no_other()
    {
        var time = Some.Clock();
        await using var bench = new HubBench(_broker.Port,
            o => (o.Delivery.Mqtt.AckTimeout, o.Mqtt.KeepAlive) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)), time, tellsDrops: true);
        using var connection = await _broker.OpenHubAsync();
        bench.Append("poison", created: time.GetUtcNow());
        await connection.AckAsync(await connection.ReadPublishAsync(), 0x99);
        var record = await connection.ReadPublishAsync();
        Assert.Equal(("anomalies/site/gw", ""), (record.Topic, record.TraceParent));
        await connection.AckAsync(record, 0x99);
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 1, Reported: 1, Owed: 0 }, "both refused");

        time.Advance(TimeSpan.FromMinutes(2));
        bench.Append("good", created: time.GetUtcNow());
        var next = await connection.ReadPublishAsync();
        Assert.Equal(HubBench.IdOf("good"), next.Event);
        await connection.AckAsync(next);
        await Some.UntilAsync(() => bench.Store.Counters is { Delivered: 1, Owed: 0 }, "the books");
        await Task.Delay(50);
        Assert.False(connection.HasBytes);
        Assert.Equal(1, bench.Store.Counters.Reported);
        Assert.Equal(2, bench.Store.Quarantined().Count);
    }

    [Fact]
    public async Task While_the_disk_refuses_a_refused_event_stays_owed()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.OpenHubAsync();
        bench.Append("poison");
        var publish = await connection.ReadPublishAsync();
        bench.Store.Execute("CREATE TRIGGER full BEFORE INSERT ON quarantine BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        await connection.AckAsync(publish, 0x99);
        await Some.UntilAsync(() => bench.Store.Counters.CommitFailures > 0, "the disk's refusal");
        Assert.Equal((0, 1), (bench.Store.Counters.Dropped, bench.Store.Counters.Owed));
        bench.Store.Execute("DROP TRIGGER full");
        bench.Store.Outbox.Stop();
        Assert.Equal((0, 1), (bench.Store.Outbox.UnsafeAtStop, bench.Store.Rows()));
    }

    [Fact]
    public async Task What_is_larger_than_the_broker_takes_is_not_sent()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.OpenHubAsync(0x27, 0, 0, 2, 0);
        bench.Append("large", bytes: 600);
        bench.Append("small");
        var small = await connection.ReadPublishAsync();
        Assert.Equal(HubBench.IdOf("small"), small.Event);
        await connection.AckAsync(small);
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 1, Delivered: 1, Owed: 0 }, "the books");
        Assert.Contains(
            "packet too large: raise the broker's limit (\"it takes 512 bytes\")", Assert.Single(bench.Store.Quarantined()).Reason);
    }

    [Fact]
    public async Task An_event_that_ends_the_connection_as_too_large_is_found_out_and_the_others_go_on()
    {
        await using var bench = new HubBench(_broker.Port);
        bench.Append("large");
        bench.Append("good");
        await Some.UntilAsync(() => bench.Store.Counters.Stored == 2, "both on disk");
        // Both under way: nobody says which it was. Then one at a time.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var connection = await _broker.OpenHubAsync();
            Assert.Equal(HubBench.IdOf("large"), (await connection.ReadPublishAsync()).Event);
            await connection.SendAsync([0xe0, 1, 0x95]);
            await connection.ReadToEndAsync();
        }
        using var next = await _broker.OpenHubAsync();
        var good = await next.ReadPublishAsync();
        Assert.Equal(HubBench.IdOf("good"), good.Event);
        await next.AckAsync(good);
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 1, Delivered: 1, Owed: 0 }, "the books");
    }

    [Fact]
    public async Task A_quota_that_is_exceeded_quiets_its_topic_for_a_while_and_keeps_the_order()
    {
        var time = Some.Clock();
        await using var bench = new HubBench(
            _broker.Port, o => (o.Delivery.InFlightLimit, o.Delivery.Mqtt.AckTimeout) = (1, TimeSpan.FromHours(1)), time);
        for (var i = 0; i < 5; i++) bench.Append($"{i}", created: time.GetUtcNow());
        using var connection = await _broker.OpenHubAsync();
        await connection.AckAsync(await connection.ReadPublishAsync());
        await connection.AckAsync(await connection.ReadPublishAsync(), 0x97);
        await Some.UntilAsync(() => bench.Log.Contains("quota exceeded"), "the reason");
        await Task.Delay(100);
        Assert.False(connection.HasBytes);

        time.Advance(TimeSpan.FromSeconds(5.1));

        for (var i = 1; i < 5; i++)
        {
            var publish = await connection.ReadPublishAsync();
            Assert.Equal(HubBench.IdOf($"{i}"), publish.Event);
            await connection.AckAsync(publish);
        }
        await Some.UntilAsync(() => bench.Store.Counters.Owed == 0, "all");
    }
}
