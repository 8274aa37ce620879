namespace EdgeAgent.Mqtt;

/// <summary>A filter that a broker does not let this client subscribe to.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Code">The broker's reason.</param>
public readonly record struct RefusedFilter(MqttFilter Filter, byte Code)
{
    /// <summary>The refusal as the end of a session that is of no use without the filter.</summary>
    public MqttException ToException() =>
        new(MqttFault.Refused, $"the broker refuses the topic \"{Filter.Topic}\" (reason 0x{Code:x2}): may this user read it?")
        {
            Code = Code,
        };
}
