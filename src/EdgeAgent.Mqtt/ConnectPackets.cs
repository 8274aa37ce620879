using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt;

/// <summary>The packets that open a session, and what the broker's answers to them mean.</summary>
internal static class ConnectPackets
{
    private const int CleanStart = 0x02;
    private const int WillAtLeastOnce = 0x04 | 0x08;
    private const int WillRetain = 0x20;
    private const int HasPassword = 0x40;
    private const int HasUsername = 0x80;
    private const int RequestFlags = 2;

    /// <summary>CONNECT, MQTT 5.0 section 3.1.</summary>
    public static void Connect(PacketWriter packet, MqttOptions mqtt, MqttSessionOptions session)
    {
        var password = mqtt.Username is null ? null : mqtt.ReadPassword();
        packet.Begin(PacketType.Connect).Text("MQTT").Byte((int)session.Version)
            .Byte((session.IsCleanStart ? CleanStart : 0) | (session.Will is null ? 0 : WillAtLeastOnce)
                | (session.Will is { IsRetained: true } ? WillRetain : 0)
                | (mqtt.Username is null ? 0 : HasUsername) | (password is null ? 0 : HasPassword))
            .Word((int)mqtt.KeepAlive.TotalSeconds);
        if (session.Version == MqttVersion.V5) ConnectProperties(packet, session);
        packet.Text(session.ClientId);
        if (session.Will is { } will) Will(packet, will, session.Version);
        if (mqtt.Username is not null) packet.Text(mqtt.Username);
        if (password is not null) packet.Text(password);
        packet.End();
    }

    /// <summary>Reads CONNACK, section 3.2.</summary>
    /// <exception cref="MqttException">The broker refused, or is none.</exception>
    public static (bool HasSession, ServerProperties Server) ReadConnAck(PacketType type, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (type != PacketType.ConnAck || body.Length < 2)
            throw new MqttException(MqttFault.Refused, $"the broker answered CONNECT with {type}: is this an MQTT broker?");
        var server = version == MqttVersion.V5 ? ServerProperties.Read(body[2..]) : new ServerProperties();
        // Brokers that know MQTT 3.1.1 only answer with its codes, whatever they were asked in.
        var code = version == MqttVersion.V311 || body[1] < 0x80 ? MqttReason.OfVersion311(body[1]) : body[1];
        return code == 0 ? ((body[0] & 1) != 0, server) : throw MqttException.Of(code, "the broker refuses the connection", server);
    }

    /// <summary>SUBSCRIBE, section 3.8.</summary>
    /// <param name="packet">Where to.</param>
    /// <param name="version">Of the session.</param>
    /// <param name="packetId">Of the request.</param>
    /// <param name="filters">What to subscribe to.</param>
    /// <param name="identifier">Comes with each message of these filters, MQTT 5 only; 0: none.</param>
    public static void Subscribe(
        PacketWriter packet, MqttVersion version, ushort packetId, ReadOnlySpan<MqttFilter> filters, int identifier)
    {
        packet.Begin(PacketType.Subscribe, RequestFlags).Word(packetId);
        if (version == MqttVersion.V5)
        {
            packet.BeginProperties();
            if (identifier > 0) packet.Byte(PropertyId.SubscriptionIdentifier).Byte(identifier);
            packet.EndProperties();
        }
        foreach (var filter in filters)
            packet.Text(filter.Topic).Byte(filter.Qos | (version == MqttVersion.V5 ? (int)filter.Retained << 4 : 0));
        packet.End();
    }

    /// <param name="packet">Takes it.</param>
    /// <param name="endsSession">The broker forgets the session at once; for MQTT 5.</param>
    public static void Disconnect(PacketWriter packet, bool endsSession)
    {
        const byte NormalDisconnection = 0, PropertiesBytes = 5, SessionExpiryInterval = 0x11;
        packet.Begin(PacketType.Disconnect);
        if (endsSession) packet.Byte(NormalDisconnection).Byte(PropertiesBytes).Byte(SessionExpiryInterval).DoubleWord(0);
        packet.End();
    }

    /// <summary>UNSUBSCRIBE, section 3.10.</summary>
    public static void Unsubscribe(PacketWriter packet, MqttVersion version, ushort packetId, IEnumerable<string> filters)
    {
        packet.Begin(PacketType.Unsubscribe, RequestFlags).Word(packetId);
        if (version == MqttVersion.V5) packet.BeginProperties().EndProperties();
        foreach (var filter in filters) packet.Text(filter);
        packet.End();
    }

    /// <summary>Reads SUBACK, section 3.9: a reason code for each filter.</summary>
    /// <exception cref="MqttException">There are more or less of them than filters.</exception>
    public static ReadOnlySpan<byte> ReadSubAck(ReadOnlySpan<byte> body, MqttVersion version, int filters)
    {
        var at = 2;
        if (version == MqttVersion.V5 && body.Length > 2 && FixedHeader.TryReadVariable(body[2..], out var bytes, out var length))
            at += bytes + length;
        return body.Length - at == filters ? body[at..] : throw MqttException.Protocol("the broker's SUBACK does not fit the SUBSCRIBE");
    }

    /// <summary>Reads PUBACK, section 3.4.</summary>
    public static PublishAnswer ReadPubAck(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2) throw MqttException.Protocol("the broker sent a PUBACK without a packet id");
        var code = body.Length > 2 ? body[2] : MqttReason.Success;
        var reason = body.Length > 3 ? ServerProperties.Read(body[3..]).ReasonString : null;
        return new PublishAnswer((ushort)(body[0] << 8 | body[1]), code, reason);
    }

    /// <summary>Reads the broker's DISCONNECT, section 3.14.</summary>
    public static MqttException ReadDisconnect(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body[0] == 0)
            return new MqttException(MqttFault.Lost, "the broker closed the connection and gave no reason")
            {
                IsClosedWithoutReason = true,
            };
        var server = body.Length > 1 ? ServerProperties.Read(body[1..]) : new ServerProperties();
        return MqttException.Of(body[0], "the broker closed the connection", server);
    }

    private static void ConnectProperties(PacketWriter packet, MqttSessionOptions session)
    {
        packet.BeginProperties();
        packet.Byte(PropertyId.ReceiveMaximum).Word(session.ReceiveMaximum);
        if (session.SessionExpirySeconds > 0) packet.Byte(PropertyId.SessionExpiryInterval).DoubleWord(session.SessionExpirySeconds);
        if (session.MaximumPacketSize is { } bytes) packet.Byte(PropertyId.MaximumPacketSize).DoubleWord(bytes);
        packet.EndProperties();
    }

    private static void Will(PacketWriter packet, MqttWill will, MqttVersion version)
    {
        if (version == MqttVersion.V5)
        {
            packet.BeginProperties();
            if (will.DelaySeconds > 0) packet.Byte(PropertyId.WillDelayInterval).DoubleWord(will.DelaySeconds);
            packet.EndProperties();
        }
        packet.Text(will.Topic).Binary(will.Payload);
    }
}
