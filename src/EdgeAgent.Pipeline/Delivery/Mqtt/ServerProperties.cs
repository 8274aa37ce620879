using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>The properties that a broker sends in CONNACK, PUBACK and DISCONNECT, MQTT 5.0 section 2.2.2.2.</summary>
internal sealed record ServerProperties
{
    private const int TextLimit = 200;

    /// <summary>How many publishes of QoS 1 may be under way.</summary>
    public int ReceiveMaximum { get; init; } = 65_535;
    /// <summary>Bytes of a packet that it takes at most.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;
    /// <summary>Topics that may be sent as a number.</summary>
    public int TopicAliasMaximum { get; init; }
    /// <summary>The keep-alive that replaces ours; null: ours stays.</summary>
    public TimeSpan? KeepAlive { get; init; }
    public int MaximumQos { get; init; } = 2;
    public bool HasRetain { get; init; } = true;
    /// <summary>The reason, as the broker puts it.</summary>
    public string? ReasonString { get; init; }
    public string? ServerReference { get; init; }

    /// <summary>Reads a property block with its length in front. An unknown property ends the reading: the rest is advice only.</summary>
    public static ServerProperties Read(ReadOnlySpan<byte> block)
    {
        var properties = new ServerProperties();
        if (block.IsEmpty || !FixedHeader.TryReadVariable(block, out var bytes, out var length)) return properties;
        var rest = block[length..];
        rest = rest[..Math.Min(bytes, rest.Length)];
        while (rest.Length > 0)
        {
            var size = SizeOf(rest);
            if (size <= 0 || size > rest.Length) break;
            properties = properties.With(rest[0], rest[1..size]);
            rest = rest[size..];
        }
        return properties;
    }

    private ServerProperties With(byte id, ReadOnlySpan<byte> value) => id switch
    {
        0x13 => this with { KeepAlive = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt16BigEndian(value)) },
        0x1c => this with { ServerReference = Text(value) },
        0x1f => this with { ReasonString = Text(value) },
        0x21 => this with { ReceiveMaximum = Math.Max(1, (int)BinaryPrimitives.ReadUInt16BigEndian(value)) },
        0x22 => this with { TopicAliasMaximum = BinaryPrimitives.ReadUInt16BigEndian(value) },
        0x24 => this with { MaximumQos = value[0] },
        0x25 => this with { HasRetain = value[0] != 0 },
        0x27 => this with { MaximumPacketSize = Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(value)) },
        _ => this,
    };

    /// <summary>The broker's text is shown to people: bounded, and without characters that could pass for other lines of a log.</summary>
    private static string Text(ReadOnlySpan<byte> value) =>
        new([.. Encoding.UTF8.GetString(value[2..]).Take(TextLimit).Select(c => char.IsControl(c) ? ' ' : c)]);

    /// <summary>Bytes of the first property with its identifier, table 2-4; 0 where it is none that a broker sends here.</summary>
    private static int SizeOf(ReadOnlySpan<byte> property) => property[0] switch
    {
        0x24 or 0x25 or 0x28 or 0x29 or 0x2a => 2,
        0x13 or 0x21 or 0x22 => 3,
        0x11 or 0x27 => 5,
        0x12 or 0x15 or 0x16 or 0x1a or 0x1c or 0x1f => TextEnd(property, 1),
        0x26 when TextEnd(property, 1) is var name and > 0 && name < property.Length => TextEnd(property, name),
        _ => 0,
    };

    private static int TextEnd(ReadOnlySpan<byte> property, int at) =>
        at + 2 <= property.Length ? at + 2 + BinaryPrimitives.ReadUInt16BigEndian(property[at..]) : 0;
}
