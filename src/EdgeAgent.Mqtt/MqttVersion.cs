namespace EdgeAgent.Mqtt;

/// <summary>Protocol versions by their level byte in CONNECT.</summary>
public enum MqttVersion : byte
{
    V311 = 4,
    V5 = 5,
}
