using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

public sealed class MqttSourceTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Packets_split_at_every_byte_arrive_whole()
    {
        await using var bench = new SourceBench(_broker.Port);
        using var connection = await _broker.OpenAsync();
        byte[] packets = [.. Publish("first", 1), .. Publish("second", 2)];
        for (var cut = 1; cut < packets.Length; cut++)
        {
            await connection.SendSplitAsync(packets, cut);
            await connection.ReadPubAcksAsync(1, 2);
        }
        Assert.Equal(packets.Length - 1, bench.Payloads.Count(p => p == "first"));
        Assert.Equal(packets.Length - 1, bench.Payloads.Count(p => p == "second"));
    }

    [Fact]
    public async Task Many_packets_in_one_segment_arrive_in_order()
    {
        await using var bench = new SourceBench(_broker.Port);
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync([.. Enumerable.Range(1, 3000).SelectMany(i => Publish($"{i}", (ushort)i))]);

        await connection.ReadPubAcksAsync(1, 3000);
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => $"{i}"), bench.Payloads);
        Assert.Equal(3000, bench.Source.Counters.Received);
        Assert.True(bench.Source.Counters.IsConnected);
        Assert.Null(bench.Source.Trouble);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(131_000)]
    [InlineData(1_000_000)]
    public async Task A_payload_above_the_limit_is_dead_lettered_and_acknowledged_and_the_next_survives(int bytes)
    {
        await using var bench = new SourceBench(_broker.Port, s => s.PayloadLimit = 1000);
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync([.. BrokerConnection.Publish("plant/pump/x", new byte[bytes], 1), .. Publish("next", 2)]);

        await connection.ReadPubAcksAsync(1, 2);
        Assert.Equal(["next"], bench.Payloads);
        Assert.Equal((2, 1), (bench.Source.Counters.Received, bench.Source.Counters.DeadLettered));
        Assert.True(bench.Log.Contains("too_large"));
    }

    [Fact]
    public async Task A_message_without_a_device_is_dead_lettered_and_acknowledged()
    {
        await using var bench = new SourceBench(_broker.Port);
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync([.. BrokerConnection.Publish("plant", [1], 1), .. Publish("next", 2)]);

        await connection.ReadPubAcksAsync(1, 2);
        Assert.Equal(1, bench.Source.Counters.DeadLettered);
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_finished_and_then_in_order()
    {
        await using var bench = new SourceBench(_broker.Port);
        bench.Lane.FinishesAtOnce = false;
        using var connection = await _broker.OpenAsync();
        await connection.SendAsync([.. Publish("a", 11), .. Publish("b", 12), .. Publish("c", 13)]);
        await Some.UntilAsync(() => bench.Messages.Length == 3, "three messages");
        var messages = bench.Messages;

        Finish(2);
        Finish(1);
        await Task.Delay(50);
        Assert.False(connection.HasBytes);
        Finish(0);

        await connection.ReadPubAcksAsync(11, 13);

        void Finish(int i)
        {
            messages[i].Acknowledger!.Finish(messages[i].Token);
            messages[i].Acknowledger!.Flush();
        }
    }

    [Fact]
    public async Task QoS_0_waits_for_no_acknowledgement_and_redelivery_is_noted()
    {
        await using var bench = new SourceBench(_broker.Port);
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync(
            [.. BrokerConnection.Publish("plant/pump/x", [1], flags: 0),
                .. BrokerConnection.Publish("plant/pump/x", [2], 7, flags: 0b1010)]);

        Assert.Equal(7, await connection.ReadPubAckAsync());
        Assert.Null(bench.Messages[0].Acknowledger);
        Assert.Equal([false, true], bench.Messages.Select(m => m.MayRepeat));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task What_the_broker_kept_from_before_is_acknowledged_and_is_a_reading_only_if_wanted(bool isWanted, int readings)
    {
        await using var bench = new SourceBench(_broker.Port, s => s.Retained = isWanted);
        using var connection = await _broker.OpenAsync();

        await connection.SendAsync([.. BrokerConnection.Publish("plant/pump/x", Some.Utf8("old"), 1, flags: 3), .. Publish("new", 2)]);

        await connection.ReadPubAcksAsync(1, 2);
        Assert.Equal(readings, bench.Payloads.Length);
        Assert.Equal((2, 2 - readings), (bench.Source.Counters.Received, bench.Source.Counters.FilteredRetained));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(255, 15)]
    [InlineData(0, 15)]
    public async Task The_broker_gets_the_signs_of_life_that_it_asks_for(byte askedSeconds, int pingSeconds)
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, time: time);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 6, 0, 0, 3, 0x13, 0, askedSeconds]);
        await connection.GrantAsync(await connection.ReadPacketAsync());
        await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");
        await Task.Delay(50);

        time.Advance(TimeSpan.FromSeconds(pingSeconds - 0.5));
        await Task.Delay(50);
        Assert.False(connection.HasBytes);
        time.Advance(TimeSpan.FromSeconds(0.5));

        await Some.UntilAsync(() => connection.HasBytes, "PINGREQ");
    }

    [Fact]
    public async Task Topics_that_are_configured_no_more_leave_a_session_that_the_broker_kept()
    {
        using var temp = new TempFolder();
        var file = SubscriptionMemory.FileOf(temp.Path, "pumps/1");
        await using (new SourceBench(_broker.Port, s => s.Topics = ["a", "b", "c"], memory: file))
            (await _broker.OpenAsync(filters: 3)).Dispose();

        // Twice: the first answer does not come, so it must be said again.
        for (var i = 0; i < 2; i++)
        {
            await using var bench = new SourceBench(_broker.Port, s => s.Topics = ["b", "d"], memory: file);
            using var connection = await _broker.AcceptAsync();
            await connection.ReadPacketAsync();
            await connection.SendAsync([0x20, 3, 1, 0, 0]);
            var unsubscribe = await connection.ReadPacketAsync();
            Assert.Equal([0xa2, 9, 0, 1, 0, 0, 1, (byte)'a', 0, 1, (byte)'c'], unsubscribe);
            var subscribe = await connection.ReadPacketAsync();
            Assert.Equal(0x82, subscribe[0]);
            if (i == 1) await connection.ConfirmAsync(unsubscribe, filters: 2);
            await connection.GrantAsync(subscribe, filters: 2);
            await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");
            Assert.True(bench.Log.Contains("unsubscribes from a, c"));
        }

        await using var settled = new SourceBench(_broker.Port, s => s.Topics = ["b", "d"], memory: file);
        using var last = await _broker.AcceptAsync();
        await last.ReadPacketAsync();
        await last.SendAsync([0x20, 3, 1, 0, 0]);
        Assert.Equal(0x82, (await last.ReadPacketAsync())[0]);
    }

    [Fact]
    public async Task A_stop_says_goodbye()
    {
        var bench = new SourceBench(_broker.Port);
        using var connection = await _broker.OpenAsync();
        await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");

        await bench.DisposeAsync();

        Assert.Equal([0xe0, 0], await connection.ReadPacketAsync());
    }

    private static byte[] Publish(string payload, ushort id) => BrokerConnection.Publish("plant/pump/x", Some.Utf8(payload), id);
}
