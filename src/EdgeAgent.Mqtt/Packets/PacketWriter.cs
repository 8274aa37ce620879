using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>
/// Writes packets one behind the other into memory of its own, so that many leave in one write. Length fields are filled in at
/// the end of what they count. Belongs to one thread.
/// </summary>
public sealed class PacketWriter
{
    private const int LengthBytesLimit = 4;
    private const int UsualBytes = 4096;
    private const int KeptBytes = 256 * 1024;

    private byte[] _bytes = new byte[UsualBytes];
    private int _used;
    private int _packetStart;
    private int _propertiesStart;

    /// <summary>All packets since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _used);

    /// <summary>Bytes of all packets since the last <see cref="Clear"/>.</summary>
    public int Count => _used;

    /// <summary>Starts a packet; <see cref="End"/> must follow.</summary>
    public PacketWriter Begin(PacketType type, int flags = 0)
    {
        _packetStart = _used;
        Byte((int)type << 4 | flags);
        Reserve(LengthBytesLimit);
        _used += LengthBytesLimit;
        return this;
    }

    /// <summary>Ends the packet: fills in its length.</summary>
    /// <returns>Bytes of the packet.</returns>
    public int End()
    {
        Close(_packetStart + 1, LengthBytesLimit);
        return _used - _packetStart;
    }

    /// <summary>Takes back the packet that was begun or ended last.</summary>
    public void Undo() => _used = _packetStart;

    /// <summary>Starts a block of MQTT 5 properties.</summary>
    public PacketWriter BeginProperties()
    {
        _propertiesStart = _used;
        Reserve(LengthBytesLimit);
        _used += LengthBytesLimit;
        return this;
    }

    /// <summary>Ends the block: fills in its length.</summary>
    public PacketWriter EndProperties()
    {
        Close(_propertiesStart, LengthBytesLimit);
        return this;
    }

    public PacketWriter Byte(int value)
    {
        Reserve(1);
        _bytes[_used++] = (byte)value;
        return this;
    }

    /// <summary>A two-byte integer.</summary>
    public PacketWriter Word(int value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_used), (ushort)value);
        _used += 2;
        return this;
    }

    /// <summary>A four-byte integer.</summary>
    public PacketWriter DoubleWord(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_used), value);
        _used += 4;
        return this;
    }

    /// <summary>A UTF-8 string with its length in front.</summary>
    public PacketWriter Text(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Word(bytes);
        Reserve(bytes);
        _used += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_used));
        return this;
    }

    /// <summary>Binary data with its length in front.</summary>
    public PacketWriter Binary(ReadOnlySpan<byte> bytes) => Word(bytes.Length).Raw(bytes);

    /// <summary>Bytes as they are.</summary>
    public PacketWriter Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
        return this;
    }

    /// <summary>Forgets all packets. Memory beyond the usual is released.</summary>
    public void Clear()
    {
        _used = 0;
        if (_bytes.Length > KeptBytes) _bytes = new byte[UsualBytes];
    }

    /// <summary>
    /// Writes the length of what stands behind the reserved bytes at <paramref name="at"/>, and closes the gap that is left.
    /// </summary>
    private void Close(int at, int reserved)
    {
        var length = _used - at - reserved;
        var bytes = 0;
        for (var rest = length; rest > 0x7f; rest >>= 7)
            _bytes[at + bytes++] = (byte)(rest & 0x7f | 0x80);
        _bytes[at + bytes] = (byte)(length >> (7 * bytes));
        bytes++;
        _bytes.AsSpan(at + reserved, length).CopyTo(_bytes.AsSpan(at + bytes));
        _used = at + bytes + length;
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _used >= bytes) return;
        Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _used + bytes));
    }
}
