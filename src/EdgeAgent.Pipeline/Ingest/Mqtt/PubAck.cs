using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>The PUBACK packet: the same four bytes in MQTT 3.1.1 and, for success, in MQTT 5.</summary>
internal static class PubAck
{
    public const int Length = 4;

    public static int Write(Span<byte> destination, ushort packetId)
    {
        destination[0] = (byte)MqttPacketType.PubAck << 4;
        destination[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], packetId);
        return Length;
    }
}
