namespace EdgeAgent.Mqtt;

/// <summary>How a session is asked for.</summary>
public sealed record MqttSessionOptions
{
    /// <summary>Name under which the broker knows the client.</summary>
    public required string ClientId { get; init; }
    /// <summary>Protocol version of this connection.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;
    /// <summary>Whether the broker is to forget an earlier session of this client.</summary>
    public bool IsCleanStart { get; init; } = true;
    /// <summary>How long the broker keeps the session after the connection has ended; MQTT 5 only.</summary>
    public uint SessionExpirySeconds { get; init; }
    /// <summary>QoS 1 messages from the broker that may be unacknowledged at once. Over MQTT 3.1.1 only this side knows.</summary>
    public int ReceiveMaximum { get; init; } = 1;
    /// <summary>Packets that the broker may send; larger ones it drops. MQTT 5 only; null: any.</summary>
    public uint? MaximumPacketSize { get; init; }
    /// <summary>Bytes of a packet that are held at most; of a larger one the session shows the beginning.</summary>
    public int BufferLimit { get; init; } = 64 * 1024;
    public MqttWill? Will { get; init; }
    /// <summary>
    /// QoS 1 messages that a resumed session may bring again: <see cref="MqttSession.PossibleRepeats"/> of the connection before. Null:
    /// nobody knows, so as many as may be unacknowledged at all.
    /// </summary>
    public int? RepeatLimit { get; init; }
    /// <summary>Whether the connection is just closed at the end, so that the broker publishes the will.</summary>
    public bool LeavesWithWill { get; init; }
}
