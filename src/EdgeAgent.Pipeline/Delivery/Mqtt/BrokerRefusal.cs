using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>A broker ended or refused the connection with a reason code.</summary>
internal sealed class BrokerRefusal(ConnectionFault fault, string message, Exception? inner = null)
    : ConnectionException(fault, message, inner)
{
    /// <summary>Where the broker sends us; null: nowhere.</summary>
    public string? ServerReference { get; init; }

    public static BrokerRefusal Of(byte code, string what, ServerProperties properties) =>
        new(MqttReason.FaultOf(code), $"{what}: {MqttReason.Text(code, properties.ReasonString)}")
        {
            ServerReference = properties.ServerReference,
        };
}
