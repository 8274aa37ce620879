using System.Text.RegularExpressions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Tests.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>Whatever a broker upstream does is met by its kind and told in words that say what to do.</summary>
public sealed class HostileHubTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_broker_that_takes_the_connection_and_never_answers_is_left_after_ten_seconds()
    {
        var time = Some.Clock();
        await using var bench = new HubBench(_broker.Port, time: time);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(bench.Link.Trouble);
        time.Advance(TimeSpan.FromSeconds(2));
        await Some.UntilAsync(() => bench.Log.Contains("takes the connection and does not answer CONNECT within 10 s"), "the end");
        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task A_broker_that_takes_events_and_never_acknowledges_is_left_and_they_are_sent_to_the_next()
    {
        await using var bench = new HubBench(_broker.Port, o => o.Delivery.Mqtt.AckTimeout = TimeSpan.FromMilliseconds(300));
        using (var connection = await _broker.OpenHubAsync())
        {
            bench.Append("a");
            Assert.Equal(HubBench.IdOf("a"), (await connection.ReadPublishAsync()).Event);
            // It answers pings all the while; that is no excuse.
            await connection.SendAsync([0xd0, 0]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains("not acknowledged within 0.3 s (upstream.ack_timeout)"), "the reason");
        await AssertDeliversAsync(bench, "a");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_ends_the_connection_within_twice_the_keep_alive_and_a_trickle_of_bytes_is_silence(bool trickles)
    {
        var time = Some.Clock();
        await using var bench = new HubBench(_broker.Port, o => o.Mqtt.KeepAlive = TimeSpan.FromSeconds(30), time);
        using var connection = await _broker.OpenHubAsync();
        await Some.UntilAsync(() => bench.Link.Counters.IsConnected, "the connection");
        if (trickles) await connection.SendAsync([0x40, 100]);
        for (var seconds = 15; seconds <= 60; seconds += 15)
        {
            Assert.True(bench.Link.Counters.IsConnected);
            if (trickles) await connection.SendAsync([1]);
            await Task.Delay(40);
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(40);
        }
        var reason = trickles ? "a packet of 102 bytes, which has not ended within 45 s" : "the broker was silent for more than 45 s";
        await Some.UntilAsync(() => bench.Log.Contains(reason), "the end within twice the keep-alive");
        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task Answers_to_pings_keep_the_connection_and_the_broker_may_ask_for_more_of_them()
    {
        var time = Some.Clock();
        await using var bench = new HubBench(_broker.Port, o => o.Mqtt.KeepAlive = TimeSpan.FromSeconds(30), time);
        // Server keep alive: 10 s.
        using var connection = await _broker.OpenHubAsync(0x13, 0, 10);
        await Some.UntilAsync(() => bench.Link.Counters.IsConnected, "the connection");
        for (var i = 0; i < 20; i++)
        {
            await Task.Delay(10);
            time.Advance(TimeSpan.FromSeconds(5));
            await Some.UntilAsync(() => connection.HasBytes, "a ping every five seconds");
            await connection.DrainAsync();
            await connection.SendAsync([0xd0, 0]);
            await Task.Delay(10);
        }
        Assert.True(bench.Link.Counters.IsConnected);
    }

    [Theory]
    [InlineData(new byte[] { 0x40, 2, 0 }, "the broker closed the connection")]
    [InlineData(new byte[] { 0x40, 0xff, 0xff, 0xff, 0xff, 1 }, "malformed length")]
    [InlineData(new byte[] { 0x40, 1, 0 }, "PUBACK without a packet id")]
    [InlineData(new byte[] { 0x30, 5, 0, 1, 97, 0, 98 }, "the broker sent Publish, which nobody asked for")]
    [InlineData(new byte[] { 0x20, 3, 0, 0, 0 }, "the broker sent ConnAck, which nobody asked for")]
    [InlineData(new byte[] { 0x40, 0xff, 0xff, 0x7f, 0, 0 }, "is this an MQTT broker?")]
    public async Task What_breaks_the_protocol_ends_the_connection_and_costs_no_event(byte[] junk, string expected)
    {
        await using var bench = new HubBench(_broker.Port);
        using (var connection = await _broker.OpenHubAsync())
        {
            bench.Append("a");
            await connection.ReadPublishAsync();
            await connection.SendAsync(junk.Length < 100 ? junk : junk[..50]);
            if (expected.Contains("closed")) connection.Reset();
            else if (expected.Contains("MQTT broker")) await connection.SendAsync(new byte[70_000]);
            if (!expected.Contains("closed")) await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(
            () => bench.Log.Contains(expected) || (expected.Contains("closed") && bench.Log.Contains("connection was reset")), expected);
        await AssertDeliversAsync(bench, "a");
    }

    [Fact]
    public async Task Acknowledgements_of_unknown_packets_acknowledge_nothing()
    {
        await using var bench = new HubBench(_broker.Port);
        using (var connection = await _broker.OpenHubAsync())
        {
            bench.Append("a");
            var publish = await connection.ReadPublishAsync();
            await connection.AckAsync(publish with { Id = 999 });
            await connection.AckAsync(publish with { Id = 0 });
            await connection.SendAsync([0xd0, 0]);
            await Task.Delay(100);
            Assert.Equal(1, bench.Store.Counters.Owed);
            await connection.AckAsync(publish);
            await connection.AckAsync(publish);
            await Some.UntilAsync(() => bench.Store.Counters.Owed == 0, "the right one");
            Assert.True(bench.Link.Counters.IsConnected);
        }
        await Some.UntilAsync(() => bench.Log.Contains("acknowledged 3 packets that were not under way"), "the report");
        Assert.Equal(1, bench.Store.Counters.Delivered);
    }

    [Theory]
    [InlineData(0x87, "not authorised: check username")]
    [InlineData(0x89, "server busy")]
    [InlineData(0x8b, "server shutting down")]
    [InlineData(0x97, "raise it at the broker, or set upstream.backlog_rate")]
    [InlineData(0x9c, "use another server, for now: it does not say which")]
    [InlineData(0x93, "lower upstream.in_flight")]
    [InlineData(0x8d, "not heard from us")]
    [InlineData(0x00, "gave no reason")]
    public async Task An_end_with_a_reason_is_told_and_the_next_connection_works(byte code, string expected)
    {
        await using var bench = new HubBench(_broker.Port);
        using (var connection = await _broker.OpenHubAsync())
        {
            bench.Append("a");
            await connection.ReadPublishAsync();
            await connection.SendAsync([0xe0, 1, code]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains(expected), expected);
        await AssertDeliversAsync(bench, "a");
    }

    [Fact]
    public async Task The_brokers_own_words_are_told_without_what_could_pass_for_another_line()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 9, 0, 0x89, 6, 0x1f, 0, 3, (byte)'a', (byte)'\n', (byte)'b']);
        await Some.UntilAsync(() => bench.Log.Contains("server busy (\"a b\")"), "the words");
    }

    [Fact]
    public async Task Another_client_under_the_same_id_is_told_loudly_and_not_fought()
    {
        await using var bench = new HubBench(_broker.Port);
        using (var connection = await _broker.OpenHubAsync())
        {
            await connection.SendAsync([0xe0, 1, 0x8e]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains("ANOTHER CLIENT USES THE ID \"edgeagent-gateway-upstream\""), "the message");
        var line = bench.Log.Lines.First(l => l.Contains("ANOTHER CLIENT"));
        Assert.InRange(double.Parse(
            Regex.Match(line, @"Next try in ([\d.]+) s").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 30, 60);
        Assert.Equal(1, bench.Link.Counters.Connections);
    }

    [Fact]
    public async Task Sent_to_another_server_it_goes_there_if_it_may_and_says_so_if_it_may_not()
    {
        using var other = new ScriptedBroker();
        var reference = Some.Utf8($"127.0.0.1:{other.Port}");
        byte[] moved =
            [0x20, (byte)(6 + reference.Length), 0, 0x9d, (byte)(3 + reference.Length), 0x1c, 0, (byte)reference.Length, .. reference];
        await using (var bench = new HubBench(_broker.Port, o => o.Delivery.Mqtt.FollowRedirects = true))
        {
            bench.Append("a");
            using (var connection = await _broker.AcceptAsync())
            {
                await connection.ReadPacketAsync();
                await connection.SendAsync(moved);
                using var there = await other.OpenHubAsync();
                await there.AckAsync(await there.ReadPublishAsync());
                await Some.UntilAsync(() => bench.Store.Counters.Delivered == 1, "the delivery there");
            }
            // When that one ends, the configured one is asked again.
            await AssertDeliversAsync(bench, "b");
        }
        await using var stays = new HubBench(_broker.Port);
        using var again = await _broker.AcceptAsync();
        await again.ReadPacketAsync();
        await again.SendAsync(moved);
        await Some.UntilAsync(
            () => stays.Log.Contains(
                $"the server has moved: \"127.0.0.1:{other.Port}\". Set upstream.mqtt.url to it, or upstream.follow_redirects = true"),
                    "the advice");
    }

    [Fact]
    public async Task Servers_that_send_it_around_in_a_circle_are_left_in_peace()
    {
        await using var bench = new HubBench(_broker.Port, o => o.Delivery.Mqtt.FollowRedirects = true);
        var reference = Some.Utf8($"127.0.0.1:{_broker.Port}");
        for (var i = 0; i < 4; i++)
        {
            using var connection = await _broker.AcceptAsync();
            await connection.ReadPacketAsync();
            await connection.SendAsync(
                [0x20, (byte)(6 + reference.Length), 0, 0x9c, (byte)(3 + reference.Length), 0x1c, 0, (byte)reference.Length, .. reference]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains("around in a circle"), "the end of it");
    }

    [Fact]
    public async Task A_broker_without_QoS_1_is_told()
    {
        await using var bench = new HubBench(_broker.Port);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 5, 0, 0, 2, 0x24, 0]);
        await Some.UntilAsync(() => bench.Log.Contains("takes QoS 0 only"), "the reason");
    }

    private async Task AssertDeliversAsync(HubBench bench, params string[] ids)
    {
        using var connection = await _broker.OpenHubAsync();
        foreach (var id in ids)
        {
            if (bench.Store.Counters.Owed == 0) bench.Append(id);
            var publish = await connection.ReadPublishAsync();
            Assert.Equal(HubBench.IdOf(id), publish.Event);
            await connection.AckAsync(publish);
        }
        await Some.UntilAsync(() => bench.Store.Counters.Owed == 0, "the delivery");
    }
}
