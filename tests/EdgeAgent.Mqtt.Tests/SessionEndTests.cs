using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>How sessions fail to begin, and how they end.</summary>
public sealed class SessionEndTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData(0x86)]
    [InlineData(0x87)]
    public async Task A_name_without_a_password_that_is_refused_is_told_as_that(byte code)
    {
        using var broker = new ScriptedBroker();
        var options = new MqttOptions { Url = broker.Url, Username = "gateway" };
        var open = Task.Factory.StartNew(
            () => MqttSession.Open(options, new MqttSessionOptions { ClientId = "a" }, TimeProvider.System, CancellationToken.None),
            TaskCreationOptions.LongRunning);
        using var connection = await broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 3, 0, code, 0]);
        var end = await Assert.ThrowsAsync<MqttException>(() => open.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.StartsWith("username is set, password_file is not, and the broker refuses the connection: ", end.Message);
        Assert.Equal((MqttFault.Refused, code), (end.Fault, end.Code));
    }

    [Theory]
    [InlineData(new byte[] { 0x34, 6, 0, 1, (byte)'t', 0, 1, 0 }, "QoS 2", MqttFault.Lost)]
    [InlineData(new byte[] { 0x32, 0xff, 0xff, 0xff, 0xff, 0x01 }, "malformed length", MqttFault.Lost)]
    [InlineData(new byte[] { 0x32, 2, 0, 9 }, "shorter than it says", MqttFault.Lost)]
    [InlineData(new byte[] { 0x50, 2, 0, 9 }, "which nobody asked for", MqttFault.Lost)]
    [InlineData(new byte[] { 0x90, 4, 0, 1, 0, 1 }, "SUBACK that nobody asked for", MqttFault.Lost)]
    [InlineData(new byte[] { 0xe0, 1, 0x8e }, "every agent needs its own id", MqttFault.TakenOver)]
    [InlineData(new byte[] { 0xe0, 0 }, "gave no reason", MqttFault.Lost)]
    public async Task What_breaks_the_protocol_or_says_goodbye_ends_the_session_with_a_reason(
        byte[] packet, string expected, MqttFault fault)
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await OpenAsync();
        await connection.SendAsync(packet);

        await connection.ReadToEndAsync();
        Assert.True(bench.Join());

        Assert.Contains(expected, bench.End!.Message);
        Assert.Equal(fault, bench.End.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broker_that_just_closes_gives_no_reason(bool resets)
    {
        await using var bench = new SessionBench(_broker.Port);
        var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        if (resets) connection.Reset();
        else connection.Dispose();

        Assert.True(bench.Join());

        Assert.Equal((MqttFault.Lost, true, false), (bench.End!.Fault, bench.End.IsClosedWithoutReason, bench.End.IsClosedAtConnect));
    }

    [Fact]
    public async Task A_broker_that_closes_at_CONNECT_is_told_apart()
    {
        await using var bench = new SessionBench(_broker.Port);
        using (var connection = await _broker.AcceptAsync())
            await connection.ReadPacketAsync();

        Assert.True(bench.Join());

        Assert.Equal((true, true), (bench.End!.IsClosedAtConnect, bench.End.IsClosedWithoutReason));
    }

    [Fact]
    public async Task A_refused_connection_says_why()
    {
        await using var bench = new SessionBench(_broker.Port);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 9, 0, 0x86, 6, 0x1f, 0, 3, (byte)'n', (byte)'o', (byte)'!']);
        await connection.ReadToEndAsync();
        Assert.True(bench.Join());

        Assert.Contains("wrong user name or password", bench.End!.Message);
        Assert.Contains("(\"no!\")", bench.End.Message);
        Assert.Equal((MqttFault.Refused, (byte)0x86), (bench.End.Fault, bench.End.Code));
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told()
    {
        await using var bench = new SessionBench(ScriptedBroker.FreePort());
        Assert.True(bench.Join());
        Assert.Contains("nothing listens there", bench.End!.Message);
    }

    [Fact]
    public async Task A_CONNACK_longer_than_the_buffer_is_read_to_its_end()
    {
        await using var bench = new SessionBench(_broker.Port, o => o with { BufferLimit = 1000 });
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync(
            [0x20, 0x80, 0x80, 0x40, 0, 0, .. new byte[0x100000 - 2], .. BrokerConnection.Publish("t", "x"u8.ToArray(), 7)]);
        Assert.Equal(7, await connection.ReadPubAckAsync());
    }

    [Fact]
    public async Task A_listener_that_never_answers_is_left()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();

        time.Advance(TimeSpan.FromSeconds(9.9));
        await Task.Delay(50);
        Assert.False(bench.HasEnded);
        time.Advance(TimeSpan.FromSeconds(0.1));

        await connection.ReadToEndAsync();
        Assert.True(bench.Join());
        Assert.Contains("does not answer CONNECT within 10 s", bench.End!.Message);
    }

    [Fact]
    public async Task Whoever_waits_for_a_connection_can_be_told_to_stop()
    {
        var bench = new SessionBench(_broker.Port);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();

        await bench.DisposeAsync();

        Assert.Null(bench.End);
    }

    [Fact]
    public async Task Silence_ends_the_session_within_twice_the_keep_alive()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        // Two steps make the keep-alive; the broker is asked at each.
        for (var seconds = 15; seconds <= 45; seconds += 15)
        {
            Assert.False(bench.HasEnded);
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(0xc0, (await connection.ReadAnyAsync())[0]);
        }
        time.Advance(TimeSpan.FromSeconds(15));

        Assert.True(bench.Join());
        Assert.Contains("the broker was silent for more than 45 s", bench.End!.Message);
    }

    [Fact]
    public async Task Bytes_that_make_no_packet_are_silence_too()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        await connection.SendAsync([0x32, 0x7f]);
        for (var seconds = 15; seconds <= 60; seconds += 15)
        {
            var heard = bench.Session.BytesReceived;
            await connection.SendAsync([0]);
            await bench.UntilAsync(b => b.Session.BytesReceived > heard);
            time.Advance(TimeSpan.FromSeconds(15));
        }
        Assert.True(bench.Join());
        Assert.Contains("a packet of 129 bytes, which has not ended within 45 s", bench.End!.Message);
    }

    [Fact]
    public async Task Answers_to_its_pings_keep_the_session()
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await OpenAsync();
        await bench.UntilAsync(b => b.Idles > 0);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal([0xc0, 0], await connection.ReadAnyAsync());
            var heard = bench.Session.BytesReceived;
            await connection.SendAsync([0xd0, 0]);
            await bench.UntilAsync(b => b.Session.BytesReceived > heard);
        }
        Assert.False(bench.HasEnded);
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(255, 15)]
    [InlineData(0, 15)]
    public async Task The_broker_gets_the_signs_of_life_that_it_asks_for(byte askedSeconds, int pingSeconds)
    {
        var time = new FakeTimeProvider();
        await using var bench = new SessionBench(_broker.Port, time: time);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 6, 0, 0, 3, 0x13, 0, askedSeconds]);
        await bench.UntilAsync(b => b.Idles > 0);

        time.Advance(TimeSpan.FromSeconds(pingSeconds - 0.5));
        await Task.Delay(50);
        Assert.False(connection.HasBytes);
        time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal([0xc0, 0], await connection.ReadAnyAsync());
    }

    private async Task<BrokerConnection> OpenAsync()
    {
        var connection = await _broker.AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        return connection;
    }
}
