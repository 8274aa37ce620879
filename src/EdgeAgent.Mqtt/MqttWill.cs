namespace EdgeAgent.Mqtt;

/// <summary>What the broker publishes with QoS 1 when this client is gone without having said goodbye.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The message.</param>
/// <param name="DelaySeconds">How long the client may be away first; MQTT 5 only.</param>
/// <param name="IsRetained">Whether the broker keeps it for subscribers to come.</param>
public sealed record MqttWill(string Topic, byte[] Payload, uint DelaySeconds = 0, bool IsRetained = true);
