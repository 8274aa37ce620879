namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>Protocol versions by their level byte in CONNECT.</summary>
internal enum MqttVersion : byte
{
    V311 = 4,
    V5 = 5,
}
