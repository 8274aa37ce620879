using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>An arrived PUBLISH, MQTT 5.0 section 3.3; its spans point into the receive buffer.</summary>
internal readonly ref struct PublishPacket
{
    public required ReadOnlySpan<byte> Topic { get; init; }
    /// <summary>The payload, as far as it lies in the buffer.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }
    public required int Qos { get; init; }
    public required bool Redelivered { get; init; }
    /// <summary>Kept by the broker from before, not sent just now.</summary>
    public required bool Retained { get; init; }
    /// <summary>0 for QoS 0.</summary>
    public required ushort PacketId { get; init; }

    /// <summary>Reads the packet's body.</summary>
    /// <param name="flags">Of its fixed header.</param>
    /// <param name="body">What follows the fixed header.</param>
    /// <param name="version">Of the session.</param>
    /// <param name="isCut">The packet is longer than the buffer, so the body ends early, behind the packet id.</param>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static PublishPacket Read(byte flags, ReadOnlySpan<byte> body, MqttVersion version, bool isCut = false)
    {
        var qos = (flags >> 1) & 3;
        // The agent never subscribes above QoS 1, so a broker that sends it cannot be answered rightly.
        if (qos > 1) throw new MqttProtocolException("the broker sent a message with QoS 2, which was never asked for");
        var topicBytes = Word(body, 0);
        var at = 2 + topicBytes;
        ushort packetId = 0;
        if (qos > 0)
        {
            packetId = (ushort)Word(body, at);
            if (packetId == 0) throw new MqttProtocolException("the broker sent packet id 0");
            at += 2;
        }
        if (version == MqttVersion.V5) at += PropertyBytes(body, at);
        // Properties alone may be longer than the buffer; the message must be dropped, not the session, or it comes again.
        if (at > body.Length && isCut) at = body.Length;
        if (at > body.Length) throw Short();
        return new PublishPacket
        {
            Topic = body.Slice(2, topicBytes),
            Payload = body[at..],
            Qos = qos,
            Redelivered = (flags & 8) != 0,
            Retained = (flags & 1) != 0,
            PacketId = packetId,
        };
    }

    // The agent allows no topic alias, and the other properties say nothing that it needs.
    private static int PropertyBytes(ReadOnlySpan<byte> body, int at) =>
        at <= body.Length && FixedHeader.TryReadVariable(body[at..], out var bytes, out var length) ? bytes + length : throw Short();

    private static int Word(ReadOnlySpan<byte> body, int at) =>
        at + 2 <= body.Length ? BinaryPrimitives.ReadUInt16BigEndian(body[at..]) : throw Short();

    private static MqttProtocolException Short() => new("the broker sent a PUBLISH that is shorter than it says");
}
