using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

public sealed class MqttSourceFailureTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData(new byte[] { 0x34, 6, 0, 1, (byte)'t', 0, 1, 0 }, "QoS 2")]
    [InlineData(new byte[] { 0x32, 0xff, 0xff, 0xff, 0xff, 0x01 }, "malformed length")]
    [InlineData(new byte[] { 0x32, 2, 0, 9 }, "shorter than it says")]
    public async Task What_breaks_the_protocol_ends_the_connection_and_the_next_one_works(byte[] junk, string expected)
    {
        await using var bench = new SourceBench(_broker.Port);
        using (var connection = await _broker.OpenAsync())
        {
            await connection.SendAsync(junk);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains(expected), expected);

        await AssertWorksAsync(bench);
    }

    [Fact]
    public async Task Who_was_thrown_out_by_another_client_of_its_id_says_so_and_comes_back_after_a_long_pause()
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, time: time);
        using (var connection = await _broker.OpenAsync())
        {
            await connection.SendAsync([0xe0, 1, 0x8e]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Log.Contains("every agent needs its own id"), "the reason");

        await AssertWorksAsync(bench, await ComesBackAsync(time, leastSeconds: 30, mostSeconds: 60));
    }

    [Fact]
    public async Task A_broker_that_closes_is_connected_again()
    {
        await using var bench = new SourceBench(_broker.Port);
        (await _broker.OpenAsync()).Dispose();
        await AssertWorksAsync(bench);
        Assert.Equal(2, bench.Source.Counters.Connections);
    }

    [Fact]
    public async Task Without_a_broker_at_the_start_it_keeps_trying()
    {
        var port = ScriptedBroker.FreePort();
        await using var bench = new SourceBench(port);
        await Some.UntilAsync(() => bench.Source.Trouble is not null, "the first failure");

        using var broker = new ScriptedBroker(port);
        using var connection = await broker.OpenAsync();

        await Some.UntilAsync(() => bench.Source.Trouble is null, "the connection");
    }

    [Fact]
    public async Task A_refused_connection_is_told_and_tried_again()
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, time: time);
        using (var connection = await _broker.AcceptAsync())
        {
            await connection.ReadPacketAsync();
            await connection.SendAsync([0x20, 3, 0, 0x86, 0]);
            await connection.ReadToEndAsync();
        }
        await Some.UntilAsync(() => bench.Source.Trouble?.Contains("wrong user name or password") == true, "the reason");
        await AssertWorksAsync(bench, await ComesBackAsync(time, leastSeconds: 5, mostSeconds: 10));
    }

    [Fact]
    public async Task A_CONNACK_longer_than_the_buffer_is_read_to_its_end()
    {
        await using var bench = new SourceBench(_broker.Port, s => s.PayloadLimit = 1000);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 0x80, 0x80, 0x40, 0, 0, .. new byte[0x100000 - 2]]);
        Assert.Equal(0x82, (await connection.ReadPacketAsync())[0]);
    }

    [Fact]
    public async Task A_listener_that_never_answers_is_left()
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, time: time);
        using var connection = await _broker.AcceptAsync();
        await connection.ReadPacketAsync();

        await AdvanceUntilAsync(time, () => bench.Log.Contains("does not answer CONNECT within 10 s"));

        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task Silence_ends_the_connection_within_twice_the_keep_alive()
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, s => s.Mqtt.KeepAlive = TimeSpan.FromSeconds(30), time);
        using var connection = await _broker.OpenAsync();
        await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");

        // The receiving loop notes the time when it begins to listen; the clock must not move before, on a slow machine either.
        await Task.Delay(TimeSpan.FromSeconds(1));
        // The clock moves in steps of half the keep-alive and then stands still, so a slow machine cannot move the answer.
        for (var seconds = 15; seconds <= 60; seconds += 15)
        {
            Assert.False(bench.Log.Contains("the broker was silent"));
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(300);
        }
        await Some.UntilAsync(() => bench.Log.Contains("the broker was silent"), "the end within twice the keep-alive");
        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task Answers_to_its_pings_keep_the_connection()
    {
        var time = Some.Clock();
        await using var bench = new SourceBench(_broker.Port, s => s.Mqtt.KeepAlive = TimeSpan.FromSeconds(30), time);
        using var connection = await _broker.OpenAsync();
        await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Some.UntilAsync(() => connection.HasBytes, "a ping");
            var heard = bench.Source.Counters.BytesIn;
            await connection.SendAsync([0xd0, 0]);
            await Some.UntilAsync(() => bench.Source.Counters.BytesIn > heard, "the answer");
        }
        Assert.True(bench.Source.Counters.IsConnected);
        Assert.False(bench.Log.Contains("silent"));
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition)
    {
        for (var second = 0; second < 120 && !condition(); second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }
        Assert.True(condition());
    }

    /// <summary>The next connection, which comes after a pause of so many seconds.</summary>
    private async Task<BrokerConnection> ComesBackAsync(FakeTimeProvider time, int leastSeconds, int mostSeconds)
    {
        // The pause begins a moment after it is told.
        await Task.Delay(300);
        var accepted = _broker.AcceptAsync();
        for (var second = 0; second <= mostSeconds && !accepted.IsCompleted; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(30);
            Assert.False(accepted.IsCompleted && second + 1 < leastSeconds, $"it came back after {second + 1} s");
        }
        var connection = await accepted;
        await connection.OpenAsync();
        return connection;
    }

    private async Task AssertWorksAsync(SourceBench bench) => await AssertWorksAsync(bench, await _broker.OpenAsync());

    private static async Task AssertWorksAsync(SourceBench bench, BrokerConnection connection)
    {
        using var _ = connection;
        await connection.SendAsync(BrokerConnection.Publish("plant/pump/x", Some.Utf8("hello"), 9));
        Assert.Equal(9, await connection.ReadPubAckAsync());
        Assert.Equal("hello", bench.Payloads[^1]);
    }
}
