using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>How a field lies in a message of Protocol Buffers.</summary>
internal enum WireType { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 }

/// <summary>
/// The fields of a message of Protocol Buffers, one after the other. Our own because the classes that Google.Protobuf generates
/// allocate a message and a string for each metric, and its parsing on spans is open to such classes alone.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>The value of a field that is a number, as it lies there.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a field that is a text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether reading ended at something malformed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Moves to the next field; false: there is none.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty || IsBroken) return false;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > int.MaxValue) return Broken();
        (Field, Type) = ((int)(tag >> 3), (WireType)(tag & 7));
        return Type switch
        {
            WireType.Varint => TryVarint(out var number) ? Is(number) : Broken(),
            WireType.Fixed64 => _rest.Length >= 8 ? TakeFixed(8) : Broken(),
            WireType.Fixed32 => _rest.Length >= 4 ? TakeFixed(4) : Broken(),
            WireType.Bytes => TakeBytes(),
            // Groups ended with the first version of the language.
            _ => Broken(),
        };
    }

    /// <summary>Takes a number of packed ones; false: there is none.</summary>
    public static bool TryPacked(ref ReadOnlySpan<byte> packed, out ulong number)
    {
        var reader = new ProtobufReader(packed);
        var isRead = reader.TryVarint(out number);
        packed = reader._rest;
        return isRead;
    }

    private bool TakeFixed(int bytes)
    {
        Number = bytes == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_rest) : BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[bytes..];
        return true;
    }

    private bool TakeBytes()
    {
        if (!TryVarint(out var length) || length > (ulong)_rest.Length) return Broken();
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TryVarint(out ulong number)
    {
        number = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            number |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }

    private bool Is(ulong number)
    {
        Number = number;
        return true;
    }

    private bool Broken() => !(IsBroken = true);
}
