using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.TestSupport;

/// <summary>A listener on a port of its own, whose connections do exactly what a test says.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener;

    /// <param name="port">0: a free one.</param>
    /// <param name="receiveBuffer">Bytes that a connection takes before anyone reads them; 0: as the system has it.</param>
    public ScriptedBroker(int port = 0, int receiveBuffer = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (receiveBuffer > 0) _listener.Server.ReceiveBufferSize = receiveBuffer;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public string Url => $"mqtt://127.0.0.1:{Port}";

    public static int FreePort()
    {
        using var broker = new ScriptedBroker();
        return broker.Port;
    }

    public async Task<BrokerConnection> AcceptAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        return new BrokerConnection(await _listener.AcceptTcpClientAsync(timeout.Token));
    }

    /// <summary>Accepts, and plays the opening of an MQTT 5 session with one SUBSCRIBE.</summary>
    public async Task<BrokerConnection> OpenAsync(int filters = 1)
    {
        var connection = await AcceptAsync();
        await connection.OpenAsync(filters);
        return connection;
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>One connection as the broker sees it.</summary>
internal sealed class BrokerConnection(TcpClient client) : IDisposable
{
    private readonly NetworkStream _stream = client.GetStream();

    /// <summary>A PUBLISH of MQTT 5.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="id">Packet id, for QoS 1.</param>
    /// <param name="flags">Of the fixed header: 8 repeated, 2 QoS 1, 1 retained.</param>
    /// <param name="properties">Less than 128 bytes.</param>
    public static byte[] Publish(string topic, byte[] payload, ushort id = 1, int flags = 2, params byte[] properties)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        byte[] packetId = (flags & 6) != 0 ? [(byte)(id >> 8), (byte)id] : [];
        byte[] topicPart = [(byte)(name.Length >> 8), (byte)name.Length, .. name];
        byte[] body = [.. topicPart, .. packetId, (byte)properties.Length, .. properties, .. payload];
        return [(byte)(0x30 | flags), .. Variable(body.Length), .. body];
    }

    /// <summary>Plays the opening of an MQTT 5 session with one SUBSCRIBE.</summary>
    public async Task OpenAsync(int filters = 1)
    {
        Assert.Equal(0x10, (await ReadPacketAsync())[0]);
        await SendAsync([0x20, 3, 0, 0, 0]);
        await GrantAsync(await ReadPacketAsync(), filters);
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Sends the bytes in two segments, the second from <paramref name="cut"/> on.</summary>
    public async Task SendSplitAsync(byte[] bytes, int cut)
    {
        await SendAsync(bytes[..cut]);
        await Task.Delay(1);
        await SendAsync(bytes[cut..]);
    }

    /// <summary>Answers a SUBSCRIBE: QoS 1 for as many filters. The answer carries the id of the request.</summary>
    public Task GrantAsync(byte[] subscribe, int filters = 1)
    {
        Assert.Equal(0x82, subscribe[0]);
        var (high, low) = IdOf(subscribe);
        return SendAsync([0x90, (byte)(3 + filters), high, low, 0, .. Enumerable.Repeat((byte)1, filters)]);
    }

    /// <summary>Answers an UNSUBSCRIBE.</summary>
    public Task ConfirmAsync(byte[] unsubscribe, int filters = 1)
    {
        Assert.Equal(0xa2, unsubscribe[0]);
        var (high, low) = IdOf(unsubscribe);
        return SendAsync([0xb0, (byte)(3 + filters), high, low, 0, .. new byte[filters]]);
    }

    /// <summary>The next packet from the agent that is no PINGREQ.</summary>
    public async Task<byte[]> ReadPacketAsync()
    {
        while (true)
            if (await ReadAnyAsync() is var packet && packet[0] != 0xc0)
                return packet;
    }

    /// <summary>The next packet from the agent.</summary>
    public async Task<byte[]> ReadAnyAsync(int seconds = 8)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var head = new byte[2];
        await _stream.ReadExactlyAsync(head, timeout.Token);
        while ((head[^1] & 0x80) != 0)
        {
            head = [.. head, 0];
            await _stream.ReadExactlyAsync(head.AsMemory(head.Length - 1), timeout.Token);
        }
        var body = new byte[head.Skip(1).Select((b, i) => (b & 0x7f) << (7 * i)).Sum()];
        await _stream.ReadExactlyAsync(body, timeout.Token);
        return [.. head, .. body];
    }

    public async Task<int> ReadPubAckAsync()
    {
        var packet = await ReadPacketAsync();
        Assert.Equal([0x40, 2], packet[..2]);
        return packet[2] << 8 | packet[3];
    }

    /// <summary>Checks that the next packets acknowledge these ids in order.</summary>
    public async Task ReadPubAcksAsync(int first, int last)
    {
        for (var id = first; id <= last; id++)
            Assert.Equal(id, await ReadPubAckAsync());
    }

    public bool HasBytes => client.Available > 0;

    /// <summary>Takes what has come and looks at none of it.</summary>
    public async Task DrainAsync()
    {
        while (client.Available is var bytes and > 0) await _stream.ReadExactlyAsync(new byte[bytes]);
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
    }

    /// <summary>Waits until the agent has closed; what it had sent before is skipped.</summary>
    public async Task ReadToEndAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, timeout.Token) > 0) { }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }

    public void Dispose() => client.Dispose();

    private static (byte High, byte Low) IdOf(byte[] request)
    {
        var at = 1;
        while ((request[at++] & 0x80) != 0) { }
        return (request[at], request[at + 1]);
    }

    private static byte[] Variable(int value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7f; value >>= 7) bytes.Add((byte)(value & 0x7f | 0x80));
        return [.. bytes, (byte)value];
    }
}
