namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>The broker refused, or sent what no broker may send. The connection is closed and tried again.</summary>
internal sealed class MqttProtocolException(string message) : Exception(message);
