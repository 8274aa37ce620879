using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Reads packet after packet from a broker. A body is valid until the next packet is read.</summary>
internal sealed class PacketStream(Stream stream)
{
    private readonly PacketBuffer _buffer = new(ConnectPacket.PacketLimit);
    private FixedHeader _current;

    public ReadOnlySpan<byte> Body => _buffer.Body(_current);

    /// <summary>Drops the current packet and waits for the next.</summary>
    /// <exception cref="ConnectionException">The connection has ended, or what comes is no answer.</exception>
    public async ValueTask<MqttPacketType> NextAsync(CancellationToken cancel)
    {
        _buffer.Drop(_current.PacketBytes);
        while (!_buffer.TryRead(out _current))
        {
            _buffer.MoveToFront();
            var bytes = await stream.ReadAsync(_buffer.Room, cancel).ConfigureAwait(false);
            if (bytes == 0) throw new ConnectionException(ConnectionFault.Lost, "the broker closed the connection");
            _buffer.Received(bytes);
        }
        if (_buffer.IsCut(_current))
            throw new ConnectionException(ConnectionFault.Lost,
                $"the broker sent a packet of {_current.PacketBytes} bytes: is this an MQTT broker?");
        return _current.Type;
    }
}
