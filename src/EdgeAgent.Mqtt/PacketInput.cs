using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>The packets that arrive on a connection, one by one. Belongs to the session's thread.</summary>
/// <param name="connection">Where they come from.</param>
/// <param name="limitBytes">Of a larger packet only the beginning is held.</param>
internal sealed class PacketInput(BrokerConnection connection, int limitBytes)
{
    private readonly PacketBuffer _buffer = new(limitBytes);
    private int _dropping;

    /// <summary>Bytes of all packets that arrived.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes of the packet that has begun to come and is not whole; 0: there is none.</summary>
    public int Unfinished => _dropping > 0 ? _dropping : _buffer.TryPeek(out var header) ? header.PacketBytes : 0;

    /// <summary>Whether the next packet is here: whole, or as much of it as is held.</summary>
    /// <exception cref="MqttException">The bytes are no packet.</exception>
    public bool TryRead(out FixedHeader header) => _buffer.TryRead(out header);

    /// <summary>Whether only the packet's beginning is held.</summary>
    public bool IsCut(in FixedHeader header) => _buffer.IsCut(header);

    /// <summary>The bytes behind the packet's header, as far as they are here.</summary>
    public ReadOnlySpan<byte> Body(in FixedHeader header) => _buffer.Body(header);

    /// <summary>Waits for bytes.</summary>
    /// <exception cref="MqttException">The broker has closed the connection.</exception>
    public void Fill()
    {
        _buffer.MakeRoom();
        var bytes = connection.Read(_buffer.Room);
        if (bytes == 0)
            throw new MqttException(MqttFault.Lost, "the broker closed the connection") { IsClosedWithoutReason = true };
        BytesReceived += bytes;
        _buffer.Received(bytes);
    }

    /// <summary>Goes on to the next packet; what of this one has not arrived yet is received and dropped.</summary>
    public void Drop(in FixedHeader header)
    {
        var left = _buffer.Drop(header.PacketBytes);
        if (left > 0) _dropping = header.PacketBytes;
        while (left > 0)
        {
            Fill();
            left = _buffer.Drop(left);
        }
        _dropping = 0;
    }
}
