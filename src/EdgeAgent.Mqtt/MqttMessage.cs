namespace EdgeAgent.Mqtt;

/// <summary>A message to publish.</summary>
public readonly ref struct MqttMessage
{
    public required string Topic { get; init; }
    public required ReadOnlySpan<byte> Payload { get; init; }
    public bool IsRetained { get; init; }
    /// <summary>MQTT 5 only; null: none.</summary>
    public string? ContentType { get; init; }
    /// <summary>MQTT 5 only; null: it does not expire.</summary>
    public uint? ExpirySeconds { get; init; }
    /// <summary>A user property, MQTT 5 only; null: none.</summary>
    public (string Name, string Value)? UserProperty { get; init; }
}
