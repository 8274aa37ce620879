using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Connections.Mqtt;

/// <summary>What the end of an MQTT connection means for the next attempt.</summary>
internal static class MqttFailure
{
    public static ConnectionException Of(MqttException end) => new(FaultOf(end.Fault), end.Message, end);

    private static ConnectionFault FaultOf(MqttFault fault) => fault switch
    {
        MqttFault.Busy => ConnectionFault.Busy,
        MqttFault.Refused => ConnectionFault.Refused,
        MqttFault.TakenOver => ConnectionFault.TakenOver,
        MqttFault.Moved => ConnectionFault.Moved,
        MqttFault.BadMessage => ConnectionFault.BadMessage,
        _ => ConnectionFault.Lost,
    };
}
