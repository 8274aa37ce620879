using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Receives packet after packet from the broker upstream. Bodies are good until the next one is read.</summary>
internal sealed class UpstreamReader(Stream stream)
{
    private readonly PacketBuffer _buffer = new(UpstreamConnect.PacketLimit);
    private FixedHeader _current;

    public ReadOnlySpan<byte> Body => _buffer.Body(_current);

    /// <summary>Leaves the packet behind and waits for the next.</summary>
    /// <exception cref="LinkException">The connection has ended, or what comes is no answer.</exception>
    public async ValueTask<MqttPacketType> NextAsync(CancellationToken cancel)
    {
        _buffer.Drop(_current.PacketBytes);
        while (!_buffer.TryRead(out _current))
        {
            _buffer.MoveToFront();
            var bytes = await stream.ReadAsync(_buffer.Room, cancel).ConfigureAwait(false);
            if (bytes == 0) throw new LinkException(LinkFault.Lost, "the broker closed the connection");
            _buffer.Received(bytes);
        }
        if (_buffer.IsCut(_current))
            throw new LinkException(LinkFault.Lost, $"the broker sent a packet of {_current.PacketBytes} bytes: is this an MQTT broker?");
        return _current.Type;
    }
}
