using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>Receives packet after packet from a connection. Belongs to the session's thread.</summary>
/// <param name="connection">Where they come from.</param>
/// <param name="limitBytes">Bytes of a packet that are held at most.</param>
internal sealed class PacketInput(BrokerConnection connection, int limitBytes)
{
    private readonly PacketBuffer _buffer = new(limitBytes);

    /// <summary>Bytes of all packets that arrived.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Whether the next packet is here: whole, or as much of it as is held.</summary>
    public bool TryRead(out FixedHeader header) => _buffer.TryRead(out header);

    /// <summary>Whether only the beginning of the packet is here.</summary>
    public bool IsCut(in FixedHeader header) => _buffer.IsCut(header);

    /// <summary>What follows the packet's header; valid until more is received.</summary>
    public ReadOnlySpan<byte> Body(in FixedHeader header) => _buffer.Body(header);

    /// <summary>Waits for more bytes.</summary>
    /// <exception cref="MqttException">The broker has closed the connection.</exception>
    public void Receive()
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
        while (left > 0)
        {
            Receive();
            left = _buffer.Drop(left);
        }
    }
}
