namespace EdgeAgent.Mqtt;

/// <summary>What the broker publishes, QoS 1 and retained, when this client is gone without having said goodbye.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The message.</param>
/// <param name="DelaySeconds">How long the client may be away first; MQTT 5 only.</param>
public sealed record MqttWill(string Topic, byte[] Payload, uint DelaySeconds = 0);
