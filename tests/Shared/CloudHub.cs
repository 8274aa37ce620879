using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.TestSupport;

/// <summary>
/// A hub in the cloud as far as an agent notices: it closes the connection over whatever it does not allow, and gives no reason.
/// </summary>
internal sealed class CloudHub : IAsyncDisposable
{
    private readonly ScriptedBroker _broker = new();
    private readonly Func<HubConnect, bool> _allowsConnect;
    private readonly Func<HubMessage, bool> _allowsMessage;
    private readonly Task _run;
    private volatile bool _isStopped;

    private CloudHub(Func<HubConnect, bool> allowsConnect, Func<HubMessage, bool> allowsMessage)
    {
        (_allowsConnect, _allowsMessage) = (allowsConnect, allowsMessage);
        _run = Task.Run(RunAsync);
    }

    /// <summary>
    /// As Azure IoT Hub: MQTT 3.1.1, the client id is the device's, the user name is made of it, and all goes to the device's telemetry.
    /// </summary>
    public static CloudHub Azure(string device) => new(
        c => c is { Version: 4, Password.Length: > 0 } && c.ClientId == device
            && c.Username == $"127.0.0.1/{device}/?api-version=2021-04-12" && (c.Will is null || IsTelemetry(c.Will, device)),
        m => IsTelemetry(m.Topic, device));

    /// <summary>As AWS IoT Core: what the policy of the client's certificate allows.</summary>
    /// <param name="client">The client id.</param>
    /// <param name="topics">How topics begin that may be published to.</param>
    /// <param name="allowsRetain">Whether the policy has iot:RetainPublish.</param>
    /// <param name="allowsWill">Whether the connection may have a last will.</param>
    public static CloudHub Aws(string client, string[] topics, bool allowsRetain = false, bool allowsWill = false)
    {
        return new CloudHub(
            c => c.ClientId == client && (c.Will is null || (allowsWill && (allowsRetain || !c.IsWillRetained) && IsAllowed(c.Will))),
            m => IsAllowed(m.Topic) && (allowsRetain || !m.IsRetained) && m.Topic.Count(c => c == '/') <= 7);

        bool IsAllowed(string topic) => topics.Any(t => topic.StartsWith(t, StringComparison.Ordinal));
    }

    public int Port => _broker.Port;
    public string Url => _broker.Url;
    public ConcurrentQueue<HubConnect> Connects { get; } = new();
    /// <summary>What was accepted.</summary>
    public ConcurrentQueue<HubMessage> Messages { get; } = new();
    /// <summary>What ended a connection.</summary>
    public ConcurrentQueue<HubMessage> Foreign { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        _broker.Dispose();
        await _run;
    }

    private static bool IsTelemetry(string topic, string device) =>
        topic.StartsWith($"devices/{device}/messages/events/", StringComparison.Ordinal);

    private async Task RunAsync()
    {
        while (!_isStopped)
        {
            try
            {
                using var connection = await _broker.AcceptAsync();
                await ServeAsync(connection);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The agent has gone, or nobody came.
            }
        }
    }

    private async Task ServeAsync(BrokerConnection connection)
    {
        var connect = HubConnect.Read(await connection.ReadAnyAsync());
        Connects.Enqueue(connect);
        if (!_allowsConnect(connect)) return;
        await connection.SendAsync(connect.Version == 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]);
        while (true)
        {
            var packet = await connection.ReadAnyAsync(seconds: 30);
            if (packet[0] == 0xc0) await connection.SendAsync([0xd0, 0]);
            if (packet[0] == 0xe0) return;
            if (packet[0] >> 4 != 3) continue;
            var message = HubMessage.Read(packet, connect.Version);
            if (!_allowsMessage(message))
            {
                Foreign.Enqueue(message);
                return;
            }
            Messages.Enqueue(message);
            await connection.SendAsync([0x40, 2, (byte)(message.Id >> 8), (byte)message.Id]);
        }
    }
}

/// <summary>A CONNECT.</summary>
internal sealed record HubConnect(
    int Version, string ClientId, string? Will, bool IsWillRetained, string? Username, string? Password)
{
    public static HubConnect Read(byte[] packet)
    {
        var at = 1;
        while ((packet[at++] & 0x80) != 0) { }
        at += 6;
        var (version, flags) = (packet[at], packet[at + 1]);
        at += 4;
        if (version == 5) at += 1 + packet[at];
        var clientId = Text();
        string? will = null;
        if ((flags & 4) != 0)
        {
            if (version == 5) at += 1 + packet[at];
            will = Text();
            Text();
        }
        return new HubConnect(version, clientId, will, (flags & 0x20) != 0,
            (flags & 0x80) != 0 ? Text() : null, (flags & 0x40) != 0 ? Text() : null);

        string Text()
        {
            var bytes = packet[at] << 8 | packet[at + 1];
            at += 2 + bytes;
            return Encoding.UTF8.GetString(packet, at - bytes, bytes);
        }
    }
}

/// <summary>A PUBLISH with QoS 1.</summary>
internal sealed record HubMessage(string Topic, ushort Id, bool IsRetained, string Payload)
{
    public static HubMessage Read(byte[] packet, int version)
    {
        Assert.Equal(0x32, packet[0] & 0xfe);
        var at = 1;
        while ((packet[at++] & 0x80) != 0) { }
        var bytes = packet[at] << 8 | packet[at + 1];
        var topic = Encoding.UTF8.GetString(packet, at + 2, bytes);
        at += 2 + bytes;
        var id = (ushort)(packet[at] << 8 | packet[at + 1]);
        at += 2;
        if (version == 5) at += 1 + packet[at];
        return new HubMessage(topic, id, (packet[0] & 1) != 0, Encoding.UTF8.GetString(packet, at, packet.Length - at));
    }
}
