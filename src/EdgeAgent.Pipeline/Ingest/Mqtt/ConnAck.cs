using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>What a broker that accepts a connection says about it, MQTT 5.0 section 3.2.</summary>
/// <param name="HasSession">Whether it kept the session of before.</param>
/// <param name="KeepAlive">The interval that it wants instead of ours; null: ours. Zero: it does not care.</param>
internal readonly record struct ConnAck(bool HasSession, TimeSpan? KeepAlive)
{
    private const int ServerKeepAlive = 0x13;

    /// <summary>Reads the body of an accepting CONNACK. Properties that are not known end the reading: none behind them is needed.</summary>
    public static ConnAck Read(ReadOnlySpan<byte> body, MqttVersion version)
    {
        var hasSession = (body[0] & 1) != 0;
        if (version != MqttVersion.V5 || body.Length < 4 || !FixedHeader.TryReadVariable(body[2..], out var bytes, out var length))
            return new ConnAck(hasSession, null);
        var properties = body[(2 + length)..];
        properties = properties[..Math.Min(bytes, properties.Length)];
        while (properties.Length > 0)
        {
            if (properties[0] == ServerKeepAlive && properties.Length >= 3)
                return new ConnAck(hasSession, TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt16BigEndian(properties[1..])));
            var size = SizeOf(properties);
            if (size <= 0 || size > properties.Length) break;
            properties = properties[size..];
        }
        return new ConnAck(hasSession, null);
    }

    /// <summary>Bytes of the first property with its identifier, table 2-4; 0 where it is none of a CONNACK's.</summary>
    private static int SizeOf(ReadOnlySpan<byte> property) => property[0] switch
    {
        0x24 or 0x25 or 0x28 or 0x29 or 0x2a => 2,
        0x21 or 0x22 => 3,
        0x11 or 0x27 => 5,
        0x12 or 0x15 or 0x16 or 0x1a or 0x1c or 0x1f => Text(property, 1),
        0x26 when Text(property, 1) is var name and > 0 && name < property.Length => Text(property, name),
        _ => 0,
    };

    private static int Text(ReadOnlySpan<byte> property, int at) =>
        at + 2 <= property.Length ? at + 2 + BinaryPrimitives.ReadUInt16BigEndian(property[at..]) : 0;
}
