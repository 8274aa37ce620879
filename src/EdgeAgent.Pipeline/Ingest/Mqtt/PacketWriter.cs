using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>Builds one packet. For the few packets that open a session; what follows is written without it.</summary>
internal sealed class PacketWriter
{
    private readonly ArrayBufferWriter<byte> _body = new();

    public PacketWriter Byte(int value)
    {
        _body.Write([(byte)value]);
        return this;
    }

    public PacketWriter Word(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        _body.Write(bytes);
        return this;
    }

    public PacketWriter Long(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _body.Write(bytes);
        return this;
    }

    /// <summary>Text with its length in front.</summary>
    public PacketWriter Text(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return Bytes(bytes);
    }

    /// <summary>Binary data with its length in front.</summary>
    public PacketWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Word(bytes.Length);
        _body.Write(bytes);
        return this;
    }

    /// <summary>Another writer's content with its length in front: a block of MQTT 5 properties.</summary>
    public PacketWriter Block(PacketWriter content)
    {
        WriteVariable(_body, content._body.WrittenCount);
        _body.Write(content._body.WrittenSpan);
        return this;
    }

    /// <summary>The packet with its fixed header.</summary>
    public byte[] ToPacket(MqttPacketType type, int flags = 0)
    {
        var packet = new ArrayBufferWriter<byte>();
        packet.Write([(byte)((int)type << 4 | flags)]);
        WriteVariable(packet, _body.WrittenCount);
        packet.Write(_body.WrittenSpan);
        return packet.WrittenSpan.ToArray();
    }

    private static void WriteVariable(ArrayBufferWriter<byte> writer, int value)
    {
        for (; value > 0x7f; value >>= 7)
            writer.Write([(byte)(value & 0x7f | 0x80)]);
        writer.Write([(byte)value]);
    }
}
