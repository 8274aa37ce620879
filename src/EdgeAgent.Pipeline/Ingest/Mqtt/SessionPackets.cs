namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>The packets that open a session, and what the broker's answers to them mean.</summary>
internal static class SessionPackets
{
    public const ushort SubscribePacketId = 1;
    public const ushort UnsubscribePacketId = 2;
    public const ushort BirthPacketId = 3;

    private const uint SessionExpirySeconds = 7 * 24 * 3600;

    /// <summary>Retain handling, section 3.8.3.1: what is retained comes with a new subscription, or not at all.</summary>
    private const int RetainedIfNew = 1 << 4;
    private const int RetainedNever = 2 << 4;

    private const int SessionExpiryProperty = 0x11;
    private const int ReceiveMaximumProperty = 0x21;
    private const int WillDelayProperty = 0x18;
    /// <summary>There is a will, QoS 1, retained.</summary>
    private const int WillFlags = 0x04 | 0x08 | 0x20;

    public static readonly byte[] PingReq = [(byte)MqttPacketType.PingReq << 4, 0];
    public static readonly byte[] Disconnect = [(byte)MqttPacketType.Disconnect << 4, 0];
    /// <summary>The broker still publishes the will, when its delay has passed and the agent has not come back.</summary>
    public static readonly byte[] DisconnectWithWill = [(byte)MqttPacketType.Disconnect << 4, 1, 0x04];

    /// <summary>CONNECT, MQTT 5.0 section 3.1.</summary>
    public static byte[] Connect(MqttVersion version, string clientId, SourceOptions source, string? password, ShareGroup? share = null)
    {
        var flags = (share is null ? 0 : WillFlags) | (source.PersistentSession ? 0 : 2) | (password is null ? 0 : 0x40) | (source.Mqtt.Username is null ? 0 : 0x80);
        var packet = new PacketWriter()
            .Text("MQTT").Byte((int)version).Byte(flags).Word((int)source.Mqtt.KeepAlive.TotalSeconds);
        if (version == MqttVersion.V5)
        {
            var properties = new PacketWriter().Byte(ReceiveMaximumProperty).Word(source.ReceiveLimit);
            if (source.PersistentSession) properties.Byte(SessionExpiryProperty).Long(share?.SessionExpirySeconds ?? SessionExpirySeconds);
            packet.Block(properties);
        }
        packet.Text(clientId);
        // Nothing, retained: what was retained there is gone.
        if (share is not null) packet.Block(new PacketWriter().Byte(WillDelayProperty).Long(share.WillDelaySeconds)).Text(share.Topic).Text("");
        if (source.Mqtt.Username is not null) packet.Text(source.Mqtt.Username);
        if (password is not null) packet.Text(password);
        return packet.ToPacket(MqttPacketType.Connect);
    }

    /// <summary>SUBSCRIBE, section 3.8.</summary>
    public static byte[] Subscribe(MqttVersion version, SourceOptions source, ShareGroup? share = null)
    {
        var packet = new PacketWriter().Word(SubscribePacketId);
        if (version == MqttVersion.V5) packet.Block(new PacketWriter());
        var retain = version == MqttVersion.V311 ? 0 : source.Retained ? RetainedIfNew : RetainedNever;
        foreach (var topic in source.Topics)
            packet.Text(topic).Byte(source.Qos | retain);
        // Who is there is asked anew each time.
        if (share is not null) packet.Text(share.Filter).Byte(1);
        return packet.ToPacket(MqttPacketType.Subscribe, flags: 2);
    }

    /// <summary>PUBLISH, section 3.3, retained: this agent is a member. QoS 1, or it could overtake readings that wait at the broker.</summary>
    public static byte[] Birth(ShareGroup share)
    {
        const int RetainedQos1 = 3;
        var packet = new PacketWriter().Text(share.Topic).Word(BirthPacketId).Block(new PacketWriter());
        foreach (var b in "here"u8) packet.Byte(b);
        return packet.ToPacket(MqttPacketType.Publish, RetainedQos1);
    }

    /// <summary>Checks PUBACK, section 3.4: without its birth the agent would be given no device, and nobody would know why.</summary>
    /// <exception cref="MqttProtocolException">The broker refused it.</exception>
    public static void CheckBirth(ReadOnlySpan<byte> body, ShareGroup? share)
    {
        if (body.Length > 2 && body[2] >= 0x80)
            throw new MqttProtocolException($"the broker refuses to publish on \"{share?.Topic}\" (reason 0x{body[2]:x2}): a member of a group must write there, and read \"{share?.Filter}\"");
    }

    /// <summary>UNSUBSCRIBE, section 3.10.</summary>
    public static byte[] Unsubscribe(MqttVersion version, IEnumerable<string> filters)
    {
        var packet = new PacketWriter().Word(UnsubscribePacketId);
        if (version == MqttVersion.V5) packet.Block(new PacketWriter());
        foreach (var filter in filters)
            packet.Text(filter);
        return packet.ToPacket(MqttPacketType.Unsubscribe, flags: 2);
    }

    /// <summary>Checks CONNACK, section 3.2.</summary>
    /// <exception cref="MqttProtocolException">The broker refused.</exception>
    public static void CheckConnAck(in FixedHeader header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (header.Type != MqttPacketType.ConnAck || body.Length < 2)
            throw new MqttProtocolException($"the broker answered CONNECT with {header.Type}; is this an MQTT broker?");
        if (body[1] != 0) throw new MqttProtocolException($"the broker refuses the connection: {Refusal(body[1], version)}");
    }

    /// <summary>Checks SUBACK, section 3.9: every filter granted.</summary>
    /// <exception cref="MqttProtocolException">One was refused; the message names it.</exception>
    public static void CheckSubAck(ReadOnlySpan<byte> body, MqttVersion version, string[] filters)
    {
        var at = 2;
        if (version == MqttVersion.V5 && body.Length > 2 && FixedHeader.TryReadVariable(body[2..], out var bytes, out var length))
            at += bytes + length;
        if (body.Length - at != filters.Length) throw new MqttProtocolException("the broker's SUBACK does not fit the SUBSCRIBE");
        for (var i = 0; i < filters.Length; i++)
            if (body[at + i] >= 0x80)
                throw new MqttProtocolException($"the broker refuses the topic \"{filters[i]}\" (reason 0x{body[at + i]:x2}): may this user read it?");
    }

    /// <summary>What a DISCONNECT of the broker means, section 3.14.</summary>
    public static string DisconnectReason(ReadOnlySpan<byte> body) => body.IsEmpty ? "no reason given" : Refusal(body[0], MqttVersion.V5);

    private static string Refusal(byte code, MqttVersion version) => (version, code) switch
    {
        (MqttVersion.V311, 1) => "it does not speak MQTT 3.1.1",
        (MqttVersion.V311, 2) or (_, 0x85) => "client id not accepted",
        (MqttVersion.V311, 3) or (_, 0x88) => "server unavailable",
        (MqttVersion.V311, 4) or (_, 0x86) => "wrong user name or password",
        (MqttVersion.V311, 5) or (_, 0x87) => "not authorised: check username and password_file",
        // Brokers that know MQTT 3.1.1 only answer in its own words.
        (_, 0x84) or (MqttVersion.V5, 1) => "it does not speak MQTT 5; set version = \"3.1.1\"",
        (_, 0x8a) => "banned",
        (_, 0x89) => "server busy",
        (_, 0x8b) => "server shutting down",
        (_, 0x8e) => "another client took over this client id: every agent needs its own id",
        (_, 0x93) => "receive maximum exceeded",
        (_, 0x97) => "quota exceeded",
        (_, 0x9c) or (_, 0x9d) => "it asks to use another server",
        _ => $"reason 0x{code:x2}",
    };
}
