using System.Buffers.Binary;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>An arrived PUBLISH, MQTT 5.0 section 3.3. Its spans point into the receive buffer and are valid for the call only.</summary>
public readonly ref struct PublishPacket
{
    public required ReadOnlySpan<byte> Topic { get; init; }
    /// <summary>The payload, as far as it lies in the buffer.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }
    /// <summary>The MQTT 5 properties; empty over MQTT 3.1.1. Read them with <see cref="PropertyReader"/>.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }
    /// <summary>What the sender says that the payload is, UTF-8; empty: nothing.</summary>
    public ReadOnlySpan<byte> ContentType
    {
        get
        {
            var properties = new PropertyReader(Properties);
            while (properties.Read())
                if (properties.Id == PropertyId.ContentType) return properties.Value;
            return [];
        }
    }
    /// <summary>Whether the packet is longer than the buffer, so that topic or payload end early.</summary>
    public bool IsCut { get; init; }
    public required int Qos { get; init; }
    /// <summary>
    /// The broker may have sent this message before: it says so, or repeats what was not acknowledged on the connection before.
    /// </summary>
    public required bool MayRepeat { get; init; }
    /// <summary>Stored by the broker from before, not sent just now.</summary>
    public required bool IsRetained { get; init; }
    /// <summary>0 for QoS 0.</summary>
    internal ushort PacketId { get; init; }

    /// <summary>The same message as one that the broker may have sent before.</summary>
    internal PublishPacket AsRepeat() => new()
    {
        Topic = Topic, Payload = Payload, Properties = Properties, IsCut = IsCut, Qos = Qos, MayRepeat = true, IsRetained = IsRetained,
        PacketId = PacketId,
    };

    /// <summary>Reads the packet's body.</summary>
    /// <param name="flags">Of its fixed header.</param>
    /// <param name="body">What follows the fixed header.</param>
    /// <param name="version">Of the session.</param>
    /// <param name="isCut">The packet is longer than the buffer, so the body ends early, behind the packet id.</param>
    /// <exception cref="MqttException">It breaks the protocol.</exception>
    public static PublishPacket Read(byte flags, ReadOnlySpan<byte> body, MqttVersion version, bool isCut = false)
    {
        var qos = (flags >> 1) & 3;
        // This client never subscribes above QoS 1, so a broker that sends it cannot be answered rightly.
        if (qos > 1) throw MqttException.Protocol("the broker sent a message with QoS 2, which was never asked for");
        var topicBytes = Word(body, 0);
        var at = 2 + topicBytes;
        ushort packetId = 0;
        if (qos > 0)
        {
            packetId = (ushort)Word(body, at);
            if (packetId == 0) throw MqttException.Protocol("the broker sent packet id 0");
            at += 2;
        }
        var properties = ReadOnlySpan<byte>.Empty;
        if (version == MqttVersion.V5) at = TakeProperties(body, at, isCut, out properties);
        if (at > body.Length) throw Short();
        return new PublishPacket
        {
            Topic = body.Slice(2, topicBytes),
            Payload = body[at..],
            Properties = properties,
            IsCut = isCut,
            Qos = qos,
            MayRepeat = (flags & 8) != 0,
            IsRetained = (flags & 1) != 0,
            PacketId = packetId,
        };
    }

    /// <summary>
    /// Where the payload begins. Properties alone may be longer than the buffer; then the message is dropped, not the session.
    /// </summary>
    private static int TakeProperties(ReadOnlySpan<byte> body, int at, bool isCut, out ReadOnlySpan<byte> properties)
    {
        if (at > body.Length || !FixedHeader.TryReadVariable(body[at..], out var bytes, out var length)) throw Short();
        var end = at + length + bytes;
        if (end > body.Length && isCut) end = body.Length;
        properties = end <= body.Length ? body[(at + length)..end] : [];
        return end;
    }

    private static int Word(ReadOnlySpan<byte> body, int at) =>
        at + 2 <= body.Length ? BinaryPrimitives.ReadUInt16BigEndian(body[at..]) : throw Short();

    private static MqttException Short() => MqttException.Protocol("the broker sent a PUBLISH that is shorter than it says");
}
