using System.Diagnostics;

namespace EdgeAgent.Mqtt.Tests;

public sealed class SessionTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Packets_split_at_every_byte_arrive_whole()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await AcceptAsync();
        byte[] packets = [.. Publish("first", 1), .. Publish("second", 2)];
        for (var cut = 1; cut < packets.Length; cut++)
        {
            await connection.SendSplitAsync(packets, cut);
            await connection.ReadPubAcksAsync(1, 2);
        }
        Assert.Equal(Enumerable.Range(1, packets.Length - 1).SelectMany(_ => new[] { "first", "second" }), bench.Payloads);
    }

    [Fact]
    public async Task Many_packets_in_one_segment_arrive_in_order()
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { ReceiveMaximum = 4096 });
        using var connection = await AcceptAsync();
        byte[] packets = [.. Enumerable.Range(1, 3000).SelectMany(i => Publish($"{i}", (ushort)i))];

        await connection.SendAsync(packets);

        await connection.ReadPubAcksAsync(1, 3000);
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => $"{i}"), bench.Payloads);
        Assert.Equal(packets.Length + 5, bench.Session.BytesReceived);
        Assert.Equal(0, bench.Session.Unfinished);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(131_000)]
    [InlineData(1_000_000)]
    public async Task Of_a_packet_above_the_limit_the_beginning_is_shown_and_the_next_survives(int bytes)
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { BufferLimit = 1000 });
        using var connection = await AcceptAsync();

        await connection.SendAsync([.. BrokerConnection.Publish("t", [.. "begin"u8, .. new byte[bytes - 5]], 1), .. Publish("next", 2)]);

        await connection.ReadPubAcksAsync(1, 2);
        Assert.Equal([true, false], bench.Messages.Select(m => m.IsCut));
        Assert.StartsWith("begin", bench.Payloads[0], StringComparison.Ordinal);
        Assert.InRange(bench.Payloads[0].Length, 900, 1000);
        Assert.Equal("next", bench.Payloads[1]);
    }

    [Fact]
    public async Task Acknowledgements_go_out_in_the_order_of_arrival_whoever_finishes()
    {
        await using var bench = new SessionBench(_broker.Port);
        bench.Finishing = Finishing.Never;
        using var connection = await AcceptAsync();
        await connection.SendAsync(
            [.. Publish("a", 11), .. Publish("b", 12), .. BrokerConnection.Publish("t", "c"u8.ToArray(), flags: 0), .. Publish("d", 13)]);
        await bench.UntilAsync(b => b.Messages.Length == 4);
        Assert.Equal(-1, bench.Messages[2].Token);

        Finish(3);
        Finish(1);
        await Task.Delay(50);
        Assert.False(connection.HasBytes);
        Assert.Equal(1, bench.Session.Unfinished);
        Finish(0);

        await connection.ReadPubAcksAsync(11, 13);

        void Finish(int message)
        {
            bench.Session.Finish(bench.Messages[message].Token);
            bench.Session.Wake();
        }
    }

    [Fact]
    public async Task A_message_that_several_hold_is_acknowledged_when_the_last_has_finished()
    {
        await using var bench = new SessionBench(_broker.Port);
        bench.Finishing = Finishing.Never;
        using var connection = await AcceptAsync();
        await connection.SendAsync(Publish("a", 11));
        await bench.UntilAsync(b => b.Messages.Length == 1);
        var token = bench.Messages[0].Token;
        bench.Session.Hold(token, 2);

        for (var i = 0; i < 3; i++)
        {
            Assert.False(connection.HasBytes);
            bench.Session.Finish(token);
            bench.Session.Wake();
            await Task.Delay(50);
        }

        Assert.Equal(11, await connection.ReadPubAckAsync());
    }

    [Fact]
    public async Task Without_room_nothing_is_read_and_after_a_wake_the_message_is_offered_again()
    {
        var time = Clock();
        await using var bench = new SessionBench(_broker.Port, time: time);
        bench.HasRoom = false;
        using var connection = await AcceptAsync();
        await connection.SendAsync([.. Publish("a", 1), .. Publish("b", 2)]);
        await bench.UntilAsync(b => b.Offered == 1);

        // Much longer than a silent broker would be waited for: it is we who do not read.
        for (var seconds = 15; seconds <= 150; seconds += 15)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(0xc0, (await connection.ReadAnyAsync())[0]);
        }
        Assert.Null(bench.End);
        Assert.Empty(bench.Messages);
        bench.HasRoom = true;
        bench.Session.Wake();

        await connection.ReadPubAcksAsync(1, 2);
        Assert.Equal(["a", "b"], bench.Payloads);
    }

    [Fact]
    public async Task Without_room_a_stop_still_says_goodbye_and_acknowledges_nothing_that_was_not_taken()
    {
        var bench = new SessionBench(_broker.Port) { HasRoom = false };
        using var connection = await AcceptAsync();
        await connection.SendAsync(Publish("a", 1));
        await bench.UntilAsync(b => b.Offered == 1);

        await bench.DisposeAsync();

        Assert.Equal([0xe0, 0], await connection.ReadPacketAsync());
    }

    /// <summary>Brokers over MQTT 3.1.1 know no limit, so a burst may be larger than the window.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_burst_beyond_the_window_goes_on_as_soon_as_this_thread_has_acknowledged(int finishing)
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { Version = MqttVersion.V311, ReceiveMaximum = 3 });
        bench.Finishing = (Finishing)finishing;
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();

        byte[] packets = [.. Enumerable.Range(1, 20).SelectMany(i => new byte[] { 0x32, 6, 0, 1, (byte)'t', 0, (byte)i, (byte)'x' })];
        await connection.SendAsync([0x20, 2, 0, 0, .. packets]);

        var watch = Stopwatch.StartNew();
        for (var i = 1; i <= 20; i++)
            Assert.Equal(i, await connection.ReadPubAckAsync());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task Room_that_this_thread_makes_while_it_is_idle_is_used_at_once()
    {
        await using var bench = new SessionBench(_broker.Port);
        bench.HasRoom = false;
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        // Runs behind the first offer, on the session's thread, as a lane that gives its batch back.
        bench.WhenRefused = session =>
        {
            bench.HasRoom = true;
            session.Wake();
        };

        await connection.SendAsync([0x20, 3, 0, 0, 0, .. Publish("a", 1)]);

        Assert.Equal(1, await connection.ReadPubAckAsync());
        Assert.Equal(2, bench.Offered);
    }

    [Fact]
    public async Task A_broker_that_stops_reading_holds_up_nobody_but_the_session()
    {
        await using var bench = new SessionBench(_broker.Port);
        bench.Finishing = Finishing.Never;
        using var connection = await AcceptAsync();
        await connection.SendAsync([.. Publish("a", 11), .. Publish("b", 12)]);
        await bench.UntilAsync(b => b.Messages.Length == 2);
        var idles = bench.Idles;
        // More than the sockets hold, and the session's thread goes on all the same.
        const int Blocks = 64;
        bench.Post(session =>
        {
            for (var i = 0; i < Blocks; i++) session.Publish(new MqttMessage { Topic = "t", Payload = new byte[256 * 1024] }, out _);
        });
        await bench.UntilAsync(b => b.Session.UnsentBytes > 0);
        var stuck = bench.Idles;
        bench.Session.Wake();
        await bench.UntilAsync(b => b.Idles > stuck);

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            if (i < 2) bench.Session.Finish(bench.Messages[i].Token);
            for (var wakes = 0; wakes < 1000; wakes++) bench.Session.Wake();
        })));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
        Assert.True(bench.Session.UnsentBytes > 0);

        // It reads on, and finds every packet whole.
        for (var i = 0; i < Blocks; i++)
            Assert.Equal(
                (0x32, 1 + 3 + 3 + 2 + 1 + 256 * 1024), ((await connection.ReadPacketAsync()) is var p ? (p[0], p.Length) : default));
        Assert.Equal(11, await connection.ReadPubAckAsync());
        Assert.Equal(12, await connection.ReadPubAckAsync());
        Assert.True(bench.Idles > idles);
    }

    [Fact]
    public async Task A_broker_that_takes_nothing_for_10_s_is_given_up()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await AcceptAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        bench.Post(session =>
        {
            for (var i = 0; i < 64; i++) session.Publish(new MqttMessage { Topic = "t", Payload = new byte[256 * 1024] }, out _);
        });

        Assert.True(await Task.Run(() => bench.Join(30)));

        Assert.Contains("took nothing for 10 s", bench.End!.Message);
        Assert.Equal(MqttFault.Lost, bench.End.Fault);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    [InlineData(null, 5)]
    public async Task A_resumed_session_may_repeat_as_many_as_were_unacknowledged(int? unacknowledged, int repeats)
    {
        await using var bench = new SessionBench(
            _broker.Port, o => o with { RepeatLimit = unacknowledged, ReceiveMaximum = 5, IsCleanStart = false });
        using var connection = await AcceptAsync(isResumed: true);

        await connection.SendAsync(
            [.. BrokerConnection.Publish("t", [], flags: 0), .. Enumerable.Range(1, 9).SelectMany(i => Publish("x", (ushort)i)),
            .. BrokerConnection.Publish("t", "dup"u8.ToArray(), 20, flags: 0b1010)]);

        await bench.UntilAsync(b => b.Messages.Length == 11);
        Assert.True(bench.Session.IsResumed);
        Assert.Equal([false, .. Enumerable.Range(1, 9).Select(i => i <= repeats), true], bench.Messages.Select(m => m.MayRepeat));
    }

    [Fact]
    public async Task A_sent_acknowledgement_may_be_lost_until_a_ping_behind_it_is_answered()
    {
        await using var bench = new SessionBench(_broker.Port, keepAlive: TimeSpan.FromSeconds(2));
        using var connection = await AcceptAsync();
        await connection.SendAsync(Publish("a", 1));
        Assert.Equal(1, await connection.ReadPubAckAsync());
        Assert.Equal(1, bench.Session.PossibleRepeats);

        Assert.Equal([0xc0, 0], await connection.ReadAnyAsync());
        await connection.SendAsync([0xd0, 0]);

        await bench.UntilAsync(b => b.Session.PossibleRepeats == 0);
    }

    [Fact]
    public async Task A_message_that_found_no_room_is_still_a_repeat_when_it_is_offered_again()
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { RepeatLimit = 1, IsCleanStart = false });
        bench.HasRoom = false;
        using var connection = await AcceptAsync(isResumed: true);
        await connection.SendAsync([.. Publish("a", 1), .. Publish("b", 2)]);
        await bench.UntilAsync(b => b.Offered == 1);

        bench.HasRoom = true;
        bench.Session.Wake();

        await bench.UntilAsync(b => b.Messages.Length == 2);
        Assert.Equal([true, false], bench.Messages.Select(m => m.MayRepeat));
    }

    [Fact]
    public async Task A_new_session_repeats_nothing_but_what_the_broker_marks()
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { RepeatLimit = 3, IsCleanStart = false });
        using var connection = await AcceptAsync();

        await connection.SendAsync([.. Publish("a", 1), .. BrokerConnection.Publish("t", [], 2, flags: 0b1010), .. Publish("b", 3)]);

        await bench.UntilAsync(b => b.Messages.Length == 3);
        Assert.Equal([false, true, false], bench.Messages.Select(m => m.MayRepeat));
    }

    [Fact]
    public async Task A_stop_acknowledges_what_is_finished_and_says_goodbye()
    {
        var bench = new SessionBench(_broker.Port) { Finishing = Finishing.Never };
        using var connection = await AcceptAsync();
        await connection.SendAsync([.. Publish("a", 1), .. Publish("b", 2)]);
        await bench.UntilAsync(b => b.Messages.Length == 2);
        bench.Stopping = () => bench.Session.Finish(bench.Messages[0].Token);

        await bench.DisposeAsync();

        Assert.Equal(1, await connection.ReadPubAckAsync());
        Assert.Equal([0xe0, 0], await connection.ReadPacketAsync());
        Assert.Null(bench.End);
        await Assert.ThrowsAsync<EndOfStreamException>(connection.ReadPacketAsync);
        // Lanes may finish later; nobody hears of it.
        bench.Session.Finish(bench.Messages[1].Token);
        bench.Session.Wake();
    }

    [Fact]
    public async Task Who_leaves_with_its_will_says_nothing()
    {
        var bench = new SessionBench(_broker.Port, o => o with { Will = new MqttWill("w", []), LeavesWithWill = true });
        using var connection = await AcceptAsync();
        await bench.UntilAsync(b => b.Idles > 0);

        await bench.DisposeAsync();

        await Assert.ThrowsAsync<EndOfStreamException>(connection.ReadPacketAsync);
    }

    [Fact]
    public async Task Publishes_leave_in_order_and_their_answers_come_back()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 6, 0, 0, 3, 0x21, 0, 2]);
        await bench.UntilAsync(b => b.Idles > 0);
        var quota = new List<int>();
        bench.Post(session =>
        {
            quota.Add(session.SendQuota);
            for (var i = 0; i < 2; i++) session.Publish(new MqttMessage { Topic = $"t{i}", Payload = [] }, out _);
            quota.Add(session.SendQuota);
        });
        Assert.Equal([0x32, 7, 0, 2, (byte)'t', (byte)'0', 0, 1, 0], await connection.ReadPacketAsync());
        Assert.Equal([0x32, 7, 0, 2, (byte)'t', (byte)'1', 0, 2, 0], await connection.ReadPacketAsync());

        await connection.SendAsync([0x40, 2, 0, 2, 0x40, 8, 0, 1, 0x97, 4, 0x1f, 0, 1, (byte)'f']);

        await bench.UntilAsync(b => b.Answers.Length == 2);
        Assert.Equal([new PublishAnswer(2, 0, null), new PublishAnswer(1, 0x97, "f")], bench.Answers);
        Assert.Equal([2, 0], quota);
        Assert.Equal(2, bench.Session.SendQuota);
    }

    [Fact]
    public async Task Overlapping_filters_are_asked_for_one_by_one_and_copies_of_a_message_are_acknowledged_and_dropped()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await AcceptAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        bench.Post(session => session.Subscribe([new MqttFilter("a/+", 1), new MqttFilter("+/b", 1)]));
        for (var i = 0; i < 2; i++)
            await connection.GrantAsync(await connection.ReadPacketAsync());

        await connection.SendAsync(
            [.. BrokerConnection.Publish("a/b", "one"u8.ToArray(), 1, 2, 0x0b, 2),
                .. BrokerConnection.Publish("a/b", "one"u8.ToArray(), 2, 2, 0x0b, 1),
            .. BrokerConnection.Publish("c/b", "two"u8.ToArray(), 3, 2, 0x0b, 2)]);

        await connection.ReadPubAcksAsync(1, 3);
        Assert.Equal(["one", "two"], bench.Payloads);
        Assert.Equal(1, bench.Subscribed);
    }

    private static Microsoft.Extensions.Time.Testing.FakeTimeProvider Clock() => new();

    private static byte[] Publish(string payload, ushort id) =>
        BrokerConnection.Publish("t", System.Text.Encoding.UTF8.GetBytes(payload), id);

    private async Task<BrokerConnection> AcceptAsync(bool isResumed = false)
    {
        var connection = await _broker.AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, 3, (byte)(isResumed ? 1 : 0), 0, 0]);
        return connection;
    }
}
