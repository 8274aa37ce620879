using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>Brokers that hold a session up without closing the connection: each ends it in bounded time, with the reason.</summary>
public sealed class StallingBrokerTests : IDisposable
{
    private readonly ScriptedBroker _broker = new(receiveBuffer: 64 * 1024);

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_broker_that_sends_and_reads_nothing_is_left_as_soon_as_more_waits_for_it_than_it_can_wait_for()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await OpenAsync();

        var sending = FloodAsync(connection);

        // Not after the 10 s for which nothing may be taken: that would be 10 s without a reading.
        Assert.True(await Task.Run(() => bench.Join(60)));
        Assert.Contains("sends messages and does not read what it is answered", bench.End!.Message);
        Assert.Equal((MqttFault.Lost, true), (bench.End.Fault, bench.End.IsBrokersFault));
        await sending;
    }

    [Fact]
    public async Task Messages_are_read_while_nothing_can_be_written()
    {
        // As many acknowledgements may wait as the broker may have messages under way.
        await using var bench = new SessionBench(_broker.Port, o => o with { ReceiveMaximum = 65_535 });
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        var sending = FloodAsync(connection);
        // More than is written at once: a write that waits would hold no more than that.
        await bench.UntilAsync(b => b.Session.UnsentBytes > 32 * 1024);

        var before = bench.Offered;
        await bench.UntilAsync(b => b.Offered > before + 1000);

        // And it can be told to stop, which does not wait for the broker either.
        bench.Stop();
        Assert.True(await Task.Run(() => bench.Join(8)));
        Assert.Null(bench.End);
        await sending;
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_SUBSCRIBE_is_left_after_ten_seconds()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await SubscribeAsync(bench, connection);

        for (var i = 0; i < 4 && !bench.HasEnded; i++)
        {
            time.Advance(TimeSpan.FromSeconds(3));
            // It shows that it lives. That is no answer.
            await HearAsync(bench, connection, [0xd0, 0]);
        }

        Assert.True(bench.Join());
        Assert.Contains("does not answer SUBSCRIBE within 10 s", bench.End!.Message);
        Assert.True(bench.End.IsBrokersFault);
    }

    [Fact]
    public async Task An_answer_to_SUBSCRIBE_may_come_behind_kept_readings_but_not_for_ever()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await SubscribeAsync(bench, connection);

        for (var seconds = 0; seconds < 280; seconds += 7)
        {
            Assert.False(bench.HasEnded);
            await HearAsync(bench, connection, BrokerConnection.Publish("t", "kept"u8.ToArray(), flags: 0));
            time.Advance(TimeSpan.FromSeconds(7));
        }
        for (var i = 0; i < 5 && !bench.HasEnded; i++)
        {
            await HearAsync(bench, connection, BrokerConnection.Publish("t", "kept"u8.ToArray(), flags: 0));
            time.Advance(TimeSpan.FromSeconds(7));
        }

        Assert.True(bench.Join());
        Assert.Contains("does not answer SUBSCRIBE", bench.End!.Message);
    }

    [Fact]
    public async Task An_answered_SUBSCRIBE_is_not_asked_about()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await connection.GrantAsync(await SubscribeAsync(bench, connection));
        await bench.UntilAsync(b => b.Subscribed == 1);

        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await HearAsync(bench, connection, [0xd0, 0]);
        }

        Assert.False(bench.HasEnded);
    }

    [Theory]
    [InlineData(0x30, "a message")]
    [InlineData(0x40, "an answer")]
    public async Task A_packet_that_never_ends_ends_the_session_with_its_size(byte head, string what)
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        // 200,000,000 bytes are to follow.
        await HearAsync(bench, connection, [head, 0x80, 0x84, 0xaf, 0x5f, 0, 1, (byte)'t', 0]);

        for (var seconds = 0; seconds <= 45 && !bench.HasEnded; seconds += 5)
        {
            await HearAsync(bench, connection, [0]);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(bench.Join(), what);
        Assert.Contains("a packet of 200000005 bytes, which has not ended within 45 s", bench.End!.Message);
    }

    [Fact]
    public async Task What_is_left_of_a_message_that_is_too_large_must_come_too()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, o => o with { BufferLimit = 1024 }, time);
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        await HearAsync(bench, connection, [0x30, 0x80, 0x84, 0xaf, 0x5f, 0, 1, (byte)'t', 0, .. new byte[4096]]);
        await bench.UntilAsync(b => b.Messages.Any(m => m.IsCut));

        for (var seconds = 0; seconds <= 45 && !bench.HasEnded; seconds += 5)
        {
            await HearAsync(bench, connection, [0]);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(bench.Join());
        Assert.Contains("a packet of 200000005 bytes, which has not ended", bench.End!.Message);
    }

    private static async Task<byte[]> SubscribeAsync(SessionBench bench, BrokerConnection connection)
    {
        await bench.UntilAsync(b => b.Idles > 0);
        bench.Post(session => session.Subscribe([new MqttFilter("t", 1)]));
        return await connection.ReadPacketAsync();
    }

    /// <summary>Sends, and waits until the session has it or has ended.</summary>
    private static async Task HearAsync(SessionBench bench, BrokerConnection connection, byte[] bytes)
    {
        var heard = bench.Session.BytesReceived;
        try
        {
            await connection.SendAsync(bytes);
        }
        catch (IOException)
        {
            // It has ended.
        }
        await bench.UntilAsync(b => b.HasEnded || b.Session.BytesReceived >= heard + bytes.Length);
    }

    /// <summary>Sends QoS 1 messages and reads nothing, until the session has ended.</summary>
    private static async Task FloodAsync(BrokerConnection connection)
    {
        byte[] chunk = [.. Enumerable.Range(1, 1000).SelectMany(i => BrokerConnection.Publish("t", [], (ushort)i))];
        try
        {
            for (var i = 0; i < 10_000; i++) await connection.SendAsync(chunk);
        }
        catch (IOException)
        {
            // It has ended.
        }
    }

    private async Task<BrokerConnection> OpenAsync()
    {
        var connection = await _broker.AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        return connection;
    }
}
