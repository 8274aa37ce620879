using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>What is published with QoS 1.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">The bytes.</param>
internal readonly record struct MqttMessage(string Topic, byte[] Payload)
{
    public bool IsRetained { get; init; }
    /// <summary>MQTT 5 only; null: none.</summary>
    public string? ContentType { get; init; }
    /// <summary>What is left of its time to live, MQTT 5 only; null: it has no end.</summary>
    public uint? ExpirySeconds { get; init; }
    /// <summary>The W3C trace context, MQTT 5 only; null: none.</summary>
    public string? TraceParent { get; init; }

    public static MqttMessage Of(in OwedEvent owed) => new(owed.Topic, owed.Payload)
    {
        ContentType = CloudEventEncoder.ContentType,
        ExpirySeconds = (uint)Math.Clamp(owed.TimeToLive.TotalSeconds, 1, uint.MaxValue),
        TraceParent = Events.TraceParent.Of(owed.Id),
    };

    /// <summary>The agent's status, retained for those who ask later.</summary>
    public static MqttMessage Status(AgentIdentity identity, byte[] payload) =>
        new(ConnectPacket.StatusTopic(identity), payload) { IsRetained = true };
}
