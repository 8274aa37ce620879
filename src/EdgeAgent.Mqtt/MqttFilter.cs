namespace EdgeAgent.Mqtt;

/// <summary>A subscription.</summary>
/// <param name="Topic">Topic filter, wildcards allowed.</param>
/// <param name="Qos">Quality of service asked for: 0 or 1.</param>
/// <param name="Retained">Which stored messages the broker sends at first; MQTT 5 only.</param>
public readonly record struct MqttFilter(string Topic, int Qos, RetainHandling Retained = RetainHandling.Always);

/// <summary>MQTT 5.0 section 3.8.3.1: when stored messages are sent.</summary>
public enum RetainHandling
{
    Always = 0,
    IfNew = 1,
    Never = 2,
}
