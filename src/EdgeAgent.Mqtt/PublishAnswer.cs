namespace EdgeAgent.Mqtt;

/// <summary>What a broker answered to a publish.</summary>
/// <param name="PacketId">The id that <see cref="MqttSession.Publish"/> gave.</param>
/// <param name="Code">Its reason code, see <see cref="MqttReason"/>.</param>
/// <param name="Reason">Its own text; null: none.</param>
public readonly record struct PublishAnswer(ushort PacketId, byte Code, string? Reason);
