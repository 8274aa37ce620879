using System.Net;
using System.Net.Sockets;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Ingest.Mqtt;

/// <summary>A listener on a port of its own, whose connections do exactly what a test says.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener _listener;

    public ScriptedBroker(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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

    /// <summary>Accepts, and plays the opening of an MQTT 5 session.</summary>
    public async Task<BrokerConnection> OpenAsync(int filters = 1)
    {
        var connection = await AcceptAsync();
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        Assert.Equal(0x82, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x90, (byte)(3 + filters), 0, 1, 0, .. Enumerable.Repeat((byte)1, filters)]);
        return connection;
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>One connection as the broker sees it.</summary>
internal sealed class BrokerConnection(TcpClient client) : IDisposable
{
    private readonly NetworkStream _stream = client.GetStream();

    public static byte[] Publish(string topic, byte[] payload, ushort id = 1, int flags = 2)
    {
        var packet = new PacketWriter().Text(topic);
        if ((flags & 6) != 0) packet.Word(id);
        packet.Byte(0);
        foreach (var b in payload) packet.Byte(b);
        return packet.ToPacket(MqttPacketType.Publish, flags);
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>The next packet from the agent that is no PINGREQ.</summary>
    public async Task<byte[]> ReadPacketAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        while (true)
        {
            var head = new byte[2];
            await _stream.ReadExactlyAsync(head, timeout.Token);
            while ((head[^1] & 0x80) != 0)
            {
                head = [.. head, 0];
                await _stream.ReadExactlyAsync(head.AsMemory(head.Length - 1), timeout.Token);
            }
            Assert.True(FixedHeader.TryReadVariable(head.AsSpan(1), out var length, out _));
            var body = new byte[length];
            await _stream.ReadExactlyAsync(body, timeout.Token);
            if (head[0] != 0xc0) return [.. head, .. body];
        }
    }

    public async Task<int> ReadPubAckAsync()
    {
        var packet = await ReadPacketAsync();
        Assert.Equal([0x40, 2], packet[..2]);
        return packet[2] << 8 | packet[3];
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
}
