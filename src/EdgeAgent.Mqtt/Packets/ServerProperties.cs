using System.Text;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>What a broker says of itself in the properties of CONNACK, PUBACK and DISCONNECT, MQTT 5.0 section 2.2.2.2.</summary>
public sealed record ServerProperties
{
    private const int TextLimit = 200;

    /// <summary>How many QoS 1 messages may be unacknowledged at once.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;
    /// <summary>Bytes of a packet that it accepts at most.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;
    /// <summary>Topics that may be sent as a number.</summary>
    public int TopicAliasMaximum { get; init; }
    /// <summary>The keep-alive it wants instead of ours; null: ours.</summary>
    public TimeSpan? KeepAlive { get; init; }
    public int MaximumQos { get; init; } = 2;
    public bool HasRetain { get; init; } = true;
    public bool HasSubscriptionIdentifiers { get; init; } = true;
    /// <summary>The reason in the broker's own words.</summary>
    public string? ReasonString { get; init; }
    /// <summary>The server to use instead.</summary>
    public string? ServerReference { get; init; }

    /// <summary>Reads a property block with its length in front.</summary>
    public static ServerProperties Read(ReadOnlySpan<byte> block)
    {
        var server = new ServerProperties();
        var reader = PropertyReader.OfBlock(block);
        while (reader.Read())
            server = server.With(reader);
        return server;
    }

    private ServerProperties With(in PropertyReader property) => property.Id switch
    {
        PropertyId.ServerKeepAlive => this with { KeepAlive = TimeSpan.FromSeconds(property.Word) },
        PropertyId.ServerReference => this with { ServerReference = Text(property.Value) },
        PropertyId.ReasonString => this with { ReasonString = Text(property.Value) },
        PropertyId.ReceiveMaximum => this with { ReceiveMaximum = Math.Max(1, property.Word) },
        PropertyId.TopicAliasMaximum => this with { TopicAliasMaximum = property.Word },
        PropertyId.MaximumQos => this with { MaximumQos = property.Value[0] },
        PropertyId.RetainAvailable => this with { HasRetain = property.Value[0] != 0 },
        PropertyId.SubscriptionIdentifierAvailable => this with { HasSubscriptionIdentifiers = property.Value[0] != 0 },
        PropertyId.MaximumPacketSize => this with { MaximumPacketSize = Math.Max(1, property.DoubleWord) },
        _ => this,
    };

    /// <summary>The broker's text is shown to people: bounded, and without characters that could pass for other lines of a log.</summary>
    private static string Text(ReadOnlySpan<byte> value) =>
        new([.. Encoding.UTF8.GetString(value).Take(TextLimit).Select(c => char.IsControl(c) ? ' ' : c)]);
}
