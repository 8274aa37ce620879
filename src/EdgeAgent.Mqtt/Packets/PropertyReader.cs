using System.Buffers.Binary;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>The identifiers of MQTT 5 properties that this client reads or writes, MQTT 5.0 table 2-4.</summary>
public static class PropertyId
{
    public const byte MessageExpiryInterval = 0x02;
    public const byte ContentType = 0x03;
    public const byte SubscriptionIdentifier = 0x0b;
    public const byte SessionExpiryInterval = 0x11;
    public const byte ServerKeepAlive = 0x13;
    public const byte WillDelayInterval = 0x18;
    public const byte ServerReference = 0x1c;
    public const byte ReasonString = 0x1f;
    public const byte ReceiveMaximum = 0x21;
    public const byte TopicAliasMaximum = 0x22;
    public const byte TopicAlias = 0x23;
    public const byte MaximumQos = 0x24;
    public const byte RetainAvailable = 0x25;
    public const byte UserProperty = 0x26;
    public const byte MaximumPacketSize = 0x27;
    public const byte SubscriptionIdentifierAvailable = 0x29;
}

/// <summary>
/// Reads a block of MQTT 5 properties one by one. A property that is not known, or is cut off, ends the reading: all of them are
/// advice.
/// </summary>
/// <param name="properties">The block without its length.</param>
public ref struct PropertyReader(ReadOnlySpan<byte> properties)
{
    private ReadOnlySpan<byte> _rest = properties;

    /// <summary>Identifier of the current property, see <see cref="PropertyId"/>.</summary>
    public byte Id { get; private set; }

    /// <summary>Its value without the length in front; a user property keeps both lengths.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>A block with its length in front, as CONNACK, PUBACK and DISCONNECT end with.</summary>
    public static PropertyReader OfBlock(ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty || !FixedHeader.TryReadVariable(block, out var bytes, out var length)) return default;
        var rest = block[length..];
        return new PropertyReader(rest[..Math.Min(bytes, rest.Length)]);
    }

    /// <summary>Goes to the next property.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        Id = _rest[0];
        var (skip, length) = Shape(_rest);
        if (length < 0 || 1 + skip + length > _rest.Length)
        {
            _rest = default;
            return false;
        }
        Value = _rest.Slice(1 + skip, length);
        _rest = _rest[(1 + skip + length)..];
        return true;
    }

    public readonly int Word => BinaryPrimitives.ReadUInt16BigEndian(Value);
    public readonly uint DoubleWord => BinaryPrimitives.ReadUInt32BigEndian(Value);
    /// <summary>A variable byte integer.</summary>
    public readonly int Variable => FixedHeader.TryReadVariable(Value, out var value, out _) ? value : 0;

    /// <summary>Bytes between identifier and value, and bytes of the value; −1: unknown.</summary>
    private static (int Skip, int Length) Shape(ReadOnlySpan<byte> property) => property[0] switch
    {
        0x01 or 0x17 or 0x19 or 0x24 or 0x25 or 0x28 or 0x29 or 0x2a => (0, 1),
        0x13 or 0x21 or 0x22 or 0x23 => (0, 2),
        0x02 or 0x11 or 0x18 or 0x27 => (0, 4),
        0x0b => FixedHeader.TryReadVariable(property[1..], out _, out var length) ? (0, length) : (0, -1),
        0x03 or 0x08 or 0x09 or 0x12 or 0x15 or 0x16 or 0x1a or 0x1c or 0x1f => (2, TextBytes(property, 1)),
        0x26 when TextBytes(property, 1) is >= 0 and var name && TextBytes(property, 3 + name) is >= 0 and var value =>
            (0, 4 + name + value),
        _ => (0, -1),
    };

    private static int TextBytes(ReadOnlySpan<byte> property, int at) =>
        at + 2 <= property.Length ? BinaryPrimitives.ReadUInt16BigEndian(property[at..]) : -1;
}
