using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline;

/// <summary>Table <c>[upstream]</c>: where events go, and how much is kept while they cannot. Each room has its own part.</summary>
public sealed record UpstreamOptions
{
    /// <summary>The hub in the cloud whose wishes were filled in, as the configuration names it; null: none.</summary>
    public string? Preset { get; set; }
    /// <summary>What was filled in for it, each as one would write it.</summary>
    public IReadOnlyList<string> PresetKeys { get; set; } = [];
    public EventOptions Events { get; set; } = new();
    public OutboxOptions Outbox { get; set; } = new();
    public DeliveryOptions Delivery { get; set; } = new();

    /// <summary>The broker that events go to.</summary>
    public MqttOptions Mqtt => Delivery.Mqtt.Connection;
}
