using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery.Mqtt;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>How owed events are sent; keys of the table <c>[upstream]</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>Events under way at once.</summary>
    public int InFlightLimit { get; set; } = 64;
    /// <summary>How soon a connection is tried again.</summary>
    public ReconnectOptions Reconnect { get; set; } = new();
    public MqttDeliveryOptions Mqtt { get; set; } = new();

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (InFlightLimit < 1) throw new ArgumentException("upstream.in_flight must be at least 1");
        Reconnect.Validate();
        Mqtt.Validate();
    }
}
