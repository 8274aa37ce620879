using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Scenarios;

/// <summary>Sensors on one raw connection that send QoS 1 readings, stamped as they go, as fast as they are told to.</summary>
internal sealed class Flood : IDisposable
{
    /// <summary>Where the recorded payloads have their 13 digits of Unix milliseconds: behind <c>{"ts":</c>.</summary>
    private const int TimeAt = 6, TimeDigits = 13;
    private const int PubAckBytes = 4, ConnAckBytes = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[][] _packets;
    private readonly int[] _timeAt;
    private readonly byte[] _buffer = new byte[1 << 18];
    private long _heardBytes;

    private Flood(int devices)
    {
        // The recording's beginning, over and over: nothing is wrong with the machine.
        var packets = Plant.Payloads.Take(300).SelectMany(
            (payload, i) => Enumerable.Range(0, devices).Select(d => (Topic: $"plant/pump-{d}/telemetry", Payload: payload))).ToList();
        _packets = [.. packets.Select(p => Publish(p.Topic, p.Payload))];
        _timeAt = [.. packets.Select((p, i) => _packets[i].Length - p.Payload.Length + TimeAt)];
    }

    /// <summary>Messages that the broker has acknowledged: it has each, or has shed it by its own rules.</summary>
    public long Sent { get; private set; }

    public static async Task<Flood> Connect(int port, int devices)
    {
        var flood = new Flood(devices);
        await flood._socket.ConnectAsync(IPAddress.Loopback, port);
        var connect = new PacketWriter();
        connect.Begin(PacketType.Connect).Text("MQTT").Byte(4).Byte(2).Word(0).Text("flood").End();
        await flood._socket.SendAsync(connect.Written.ToArray());
        _ = Task.Run(flood.Hear);
        await flood.Heard(ConnAckBytes);
        return flood;
    }

    /// <summary>Sends so many at once, and waits for their acknowledgements.</summary>
    public async Task SendAsync(int count)
    {
        await WriteAsync(count);
        await Acknowledged();
    }

    /// <summary>Sends at a rate; gives how many it came to.</summary>
    public async Task<long> SendAsync(double perSecond, TimeSpan length)
    {
        var (watch, from) = (Stopwatch.StartNew(), Sent);
        while (watch.Elapsed < length)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * perSecond) - (Sent - from);
            if (due > 0) await WriteAsync((int)due);
            else await Task.Delay(Tick);
        }
        await Acknowledged();
        return Sent - from;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Publish(string topic, byte[] payload)
    {
        var packet = new PacketWriter();
        packet.Begin(PacketType.Publish, flags: 2).Text(topic).Word(1).Raw(payload).End();
        return packet.Written.ToArray();
    }

    private async Task WriteAsync(int count)
    {
        while (count > 0)
        {
            var used = 0;
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            for (; count > 0; count--)
            {
                var i = (int)(Sent % _packets.Length);
                if (used + _packets[i].Length > _buffer.Length) break;
                _packets[i].CopyTo(_buffer, used);
                Encoding.ASCII.GetBytes(now, _buffer.AsSpan(used + _timeAt[i], TimeDigits));
                used += _packets[i].Length;
                Sent++;
            }
            await _socket.SendAsync(_buffer.AsMemory(0, used));
        }
    }

    private Task Acknowledged() => Heard(ConnAckBytes + Sent * PubAckBytes);

    private Task Heard(long bytes) =>
        Eventually.Holds(() => Interlocked.Read(ref _heardBytes) >= bytes, () => $"{_heardBytes} of {bytes} bytes of acknowledgements");

    private async Task Hear()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await _socket.ReceiveAsync(buffer) is > 0 and var count)
                Interlocked.Add(ref _heardBytes, count);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
