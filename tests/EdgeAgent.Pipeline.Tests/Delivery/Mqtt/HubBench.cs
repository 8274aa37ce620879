using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.Tests.Outbox;
using EdgeAgent.Pipeline.Tests.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>The real link and outbox on their way to a broker that does what the test says.</summary>
internal sealed class HubBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public HubBench(int port, Action<UpstreamOptions>? change = null, TimeProvider? time = null, int seed = 1, bool tellsDrops = false)
    {
        var options = new UpstreamOptions();
        options.Mqtt.Url = $"mqtt://127.0.0.1:{port}";
        options.Delivery.Reconnect = new ReconnectOptions
        {
            RetryDelayLimit = TimeSpan.FromMilliseconds(100), Spread = TimeSpan.FromMilliseconds(100),
        };
        options.Delivery.Mqtt.StatusEvery = TimeSpan.Zero;
        options.Outbox.GroupCommit = TimeSpan.FromMinutes(1);
        change?.Invoke(options);
        time ??= TimeProvider.System;
        Store = new OutboxBench(o => Copy(options, o), time, tellsDrops);
        Owed = new OwedEvents(Store.Outbox, options.Delivery, time, Log);
        Link = new MqttDelivery(
            "upstream", new AgentIdentity("site", "gateway"), options.Delivery, () => default, time, Log, random: new Random(seed));
        _run = Task.Run(() => Link.RunAsync(Owed, _stop.Token));
    }

    public OwedEvents Owed { get; }
    public OutboxBench Store { get; }
    public MqttDelivery Link { get; }
    public LogLines Log { get; } = new();

    public void Append(string id, Severity severity = Severity.Warning,
        string topic = "anomalies/site/pump", int bytes = 10, DateTimeOffset? created = null, byte[]? payload = null) =>
        Store.Outbox.Append(new OutboxEntry(
            IdOf(id), topic, payload ?? new byte[bytes], severity, (created ?? DateTimeOffset.UtcNow).UtcTicks));

    /// <summary>An event id of the usual form: <c>a-1</c> is the first report of anomaly a.</summary>
    public static string IdOf(string id)
    {
        var parts = id.Split('-');
        return $"{string.Concat(parts[0].Select(c => ((int)c).ToString("x2"))).PadLeft(32, '0')}-{(parts.Length > 1 ? parts[1] : "1")}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(8));
        Owed.Dispose();
        Store.Dispose();
    }

    private static void Copy(UpstreamOptions from, OutboxOptions to) =>
        (to.InFlightLimit, to.GroupCommit, to.BacklogRate, to.Keep) =
        (from.Delivery.InFlightLimit, from.Outbox.GroupCommit, from.Outbox.BacklogRate, from.Outbox.Keep);
}

/// <summary>What the scripted broker reads from an agent that publishes.</summary>
internal sealed record HubPublish(
    string Topic, ushort Id, string TraceParent, int Alias, uint Expiry, bool IsRetained, int PayloadBytes, int WireBytes)
{
    public string Payload { get; init; } = "";

    /// <summary>The event's id, as its trace tells it: anomaly and number.</summary>
    public string Event => TraceParent.Length == 0 ? "" : $"{TraceParent[3..35]}-{Convert.ToInt64(TraceParent[36..52], 16)}";
}

/// <summary>Packets of an upstream session as a broker reads and writes them.</summary>
internal static class HubScript
{
    /// <summary>Accepts, and says yes with the properties given; takes and acknowledges the birth.</summary>
    public static async Task<BrokerConnection> OpenHubAsync(this ScriptedBroker broker, params byte[] properties)
    {
        var connection = await broker.AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, (byte)(3 + properties.Length), 0, 0, (byte)properties.Length, .. properties]);
        var birth = await connection.ReadPublishAsync();
        Assert.True(birth.IsRetained);
        await connection.AckAsync(birth);
        return connection;
    }

    public static async Task<HubPublish> ReadPublishAsync(this BrokerConnection connection)
    {
        var packet = await connection.ReadPacketAsync();
        Assert.Equal(0x32, packet[0] & 0xfe);
        var at = 1;
        while ((packet[at++] & 0x80) != 0) { }
        var topicBytes = packet[at] << 8 | packet[at + 1];
        var topic = System.Text.Encoding.UTF8.GetString(packet, at + 2, topicBytes);
        at += 2 + topicBytes;
        var id = (ushort)(packet[at] << 8 | packet[at + 1]);
        at += 2;
        Assert.True(FixedHeader.TryReadVariable(packet.AsSpan(at), out var bytes, out var length));
        at += length;
        var (end, trace, alias, expiry) = (at + bytes, "", 0, 0u);
        while (at < end)
        {
            var property = packet[at++];
            switch (property)
            {
                case 0x02:
                    expiry = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at));
                    at += 4;
                    break;
                case 0x23:
                    alias = packet[at] << 8 | packet[at + 1];
                    at += 2;
                    break;
                case 0x03:
                    at += 2 + (packet[at] << 8 | packet[at + 1]);
                    break;
                case 0x26:
                    at += 2 + (packet[at] << 8 | packet[at + 1]);
                    var size = packet[at] << 8 | packet[at + 1];
                    trace = System.Text.Encoding.UTF8.GetString(packet, at + 2, size);
                    at += 2 + size;
                    break;
                default:
                    Assert.Fail($"property 0x{property:x2}");
                    break;
            }
        }
        return new HubPublish(topic, id, trace, alias, expiry, (packet[0] & 1) != 0, packet.Length - end, packet.Length)
        {
            Payload = System.Text.Encoding.UTF8.GetString(packet, end, packet.Length - end),
        };
    }

    public static Task AckAsync(this BrokerConnection connection, HubPublish publish, byte reason = 0) => connection.SendAsync(
        reason == 0 ? [0x40, 2, (byte)(publish.Id >> 8), (byte)publish.Id] : [0x40, 3, (byte)(publish.Id >> 8), (byte)publish.Id, reason]);
}
