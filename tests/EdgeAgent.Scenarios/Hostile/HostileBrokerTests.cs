using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>
/// Whatever a sensors' broker does to its own connection, the source beside it is judged all the time, and log and health say what is
/// wrong.
/// </summary>
public sealed class HostileBrokerTests(ITestOutputHelper output)
{
    /// <summary>How a packet says so many bytes: 200,000,000.</summary>
    private static readonly byte[] Endless = [0x80, 0x84, 0xaf, 0x5f];

    [Fact]
    public Task One_that_takes_the_connection_and_never_answers() =>
        Beside((_, _) => Task.CompletedTask, "does not answer CONNECT within 10 s");

    [Fact]
    public Task One_that_answers_byte_by_byte() => Beside(async (connection, stop) =>
    {
        await connection.ReadPacketAsync();
        foreach (var part in new byte[] { 0x20, 3, 0, 0, 0 })
        {
            await connection.SendAsync([part]);
            await Task.Delay(TimeSpan.FromSeconds(4), stop);
        }
    }, "does not answer CONNECT within 10 s");

    [Fact]
    public Task One_that_does_not_answer_SUBSCRIBE() => Beside(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        while (true)
            if ((await connection.ReadAnyAsync())[0] == 0xc0) await connection.SendAsync([0xd0, 0]);
    }, "does not answer SUBSCRIBE within 10 s");

    [Fact]
    public Task One_that_closes_as_soon_as_it_has_answered() => Beside(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        connection.Dispose();
    }, "soon after it had accepted them", "closed");

    [Fact]
    public Task One_that_sends_half_a_packet() => Beside(async (connection, _) =>
    {
        await connection.OpenAsync();
        await connection.SendAsync(BrokerConnection.Publish("plant/pump-9/telemetry", new byte[100])[..60]);
    }, "a packet of 129 bytes, which has not ended within 3 s");

    [Theory]
    [InlineData(0x30)]
    [InlineData(0x40)]
    public Task One_whose_packet_never_ends(byte head) => Beside(async (connection, stop) =>
    {
        await connection.OpenAsync();
        await connection.SendAsync([head, .. Endless, 0, 1, (byte)'t', 0]);
        while (true)
        {
            await connection.SendAsync([0]);
            await Task.Delay(TimeSpan.FromSeconds(0.5), stop);
        }
    }, "a packet of 200000005 bytes, which has not ended within 3 s");

    [Fact]
    public Task One_that_floods_and_reads_nothing() => Beside(async (connection, stop) =>
    {
        await connection.OpenAsync();
        // So small that what the sockets hold of the answers is soon full.
        byte[] chunk = [.. Enumerable.Range(1, 1000).SelectMany(i => BrokerConnection.Publish("plant/p/telemetry", [], (ushort)i))];
        while (!stop.IsCancellationRequested) await connection.SendAsync(chunk);
    }, "sends messages and does not read what it is answered");

    [Fact]
    public Task One_that_floods_with_a_quality_of_service_that_nobody_asked_for() => Beside(async (connection, stop) =>
    {
        await connection.OpenAsync();
        await FloodAsync(connection, flags: 4, stop);
    }, "a message with QoS 2, which was never asked for");

    /// <summary>Its messages are good, so there is nothing to tell but that they come.</summary>
    [Fact]
    public Task One_that_sends_faster_than_can_be_judged() => Beside(async (connection, stop) =>
    {
        await connection.OpenAsync();
        await FloodAsync(connection, flags: 0, stop);
    }, "source hostile subscribed", health: "ready");

    private async Task Beside(Func<BrokerConnection, CancellationToken, Task> script, string told, string? health = null)
    {
        await using var broker = new HostileBroker(script);
        await using var hostile = await HostileCase.Start(new Scenario(), broker.Configuration, output);
        await hostile.Agent.Says(told);
        await hostile.HealthSays(health ?? told);
        await hostile.Last(TimeSpan.FromSeconds(10));
        hostile.Ends();
    }

    /// <summary>Readings of fifty devices, as fast as they are taken.</summary>
    private static async Task FloodAsync(BrokerConnection connection, int flags, CancellationToken stop)
    {
        const int Devices = 50, Rounds = 100_000, PerChunk = 20;
        var first = DateTimeOffset.UtcNow.AddHours(-40).ToUnixTimeMilliseconds();
        for (var round = 0; round < Rounds && !stop.IsCancellationRequested; round += PerChunk)
        {
            using var chunk = new MemoryStream();
            for (var i = 0; i < Devices * PerChunk; i++)
            {
                var time = first + (round + i / Devices) * 1000L;
                var payload = (byte[])Plant.Payloads[(round + i / Devices) % 400].Clone();
                Encoding.ASCII.GetBytes(time.ToString(CultureInfo.InvariantCulture), payload.AsSpan(6, 13));
                chunk.Write(BrokerConnection.Publish(
                    $"plant/dev-{i % Devices}/telemetry", payload, (ushort)(1 + (round * Devices + i) % 60_000), flags));
            }
            await connection.SendAsync(chunk.ToArray());
        }
    }
}
