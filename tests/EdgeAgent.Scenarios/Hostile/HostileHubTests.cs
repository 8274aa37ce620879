using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>
/// Whatever the hub does to what it is sent, the sensors are judged all the time, every event stays owed, and log and health say what
/// is wrong.
/// </summary>
public sealed class HostileHubTests(ITestOutputHelper output)
{
    private static readonly byte[] Connected = [0x20, 3, 0, 0, 0];

    [Fact]
    public Task One_that_never_answers() =>
        Behind((_, _) => Task.CompletedTask, "does not answer CONNECT within 10 s");

    [Fact]
    public Task One_that_reads_nothing() => Behind(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync(Connected);
    }, "not acknowledged within 3 s");

    [Fact]
    public Task One_that_reads_everything_and_acknowledges_nothing() => Behind(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync(Connected);
        while (true)
            if ((await connection.ReadAnyAsync())[0] == 0xc0) await connection.SendAsync([0xd0, 0]);
    }, "not acknowledged within 3 s");

    [Fact]
    public Task One_that_refuses_everything() => Behind(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync(Connected);
        while (true)
        {
            var packet = await connection.ReadAnyAsync();
            if (packet[0] == 0xc0) await connection.SendAsync([0xd0, 0]);
            else if ((packet[0] & 0xf6) == 0x32) await RefuseAsync(connection, packet);
        }
    }, "are put off");

    [Fact]
    public Task One_that_closes_over_every_event() => Behind(async (connection, _) =>
    {
        await connection.ReadPacketAsync();
        await connection.SendAsync(Connected);
        while (((await connection.ReadAnyAsync())[0] & 0xf6) != 0x32) { }
        connection.Dispose();
    }, "It ended right after a message on");

    /// <summary>Unspecified error, the packet's own id.</summary>
    private static Task RefuseAsync(BrokerConnection connection, byte[] publish)
    {
        var at = 1;
        while ((publish[at++] & 0x80) != 0) { }
        var id = at + 2 + (publish[at] << 8 | publish[at + 1]);
        return connection.SendAsync([0x40, 3, publish[id], publish[id + 1], 0x83]);
    }

    private async Task Behind(Func<BrokerConnection, CancellationToken, Task> script, string told)
    {
        await using var hub = new HostileBroker(script);
        await using var hostile = await HostileCase.Start(new Scenario(), "ack_timeout = \"3s\"", output, hub: hub.Url);
        await hostile.HealthSays(told);
        await hostile.Last(TimeSpan.FromSeconds(5));
        hostile.Ends();
        var books = (await hostile.Scenario.Status()).GetProperty("books");
        Assert.Equal(0, books.GetProperty("delivered").GetInt64());
        Assert.Equal(0, books.GetProperty("dropped").GetInt64());
        Assert.True(books.GetProperty("owed").GetInt64() > 100, $"{books}");
    }
}
