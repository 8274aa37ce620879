using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>Table <c>[sources.NAME]</c>: where readings come from and how a payload is read.</summary>
public sealed record SourceOptions : PayloadOptions
{
    public string Name { get; set; } = "";
    public MqttOptions Mqtt { get; set; } = new();
    /// <summary>Topic filters, wildcards allowed.</summary>
    public List<string> Topics { get; set; } = [];
    /// <summary>Filters of topics that are left out though <see cref="Topics"/> have them.</summary>
    public List<string> Except { get; set; } = [];
    /// <summary>Quality of service asked for: 0 or 1.</summary>
    public int Qos { get; set; } = 1;
    /// <summary>Whether messages that the broker stored from before are taken as readings.</summary>
    public bool Retained { get; set; }
    /// <summary>Whether the broker keeps what arrives while the agent is away.</summary>
    public bool PersistentSession { get; set; } = true;
    /// <summary>QoS 1 messages that may wait for their acknowledgement at once (MQTT 5 receive maximum).</summary>
    public int ReceiveLimit { get; set; } = 4096;
    /// <summary>Shares the devices with other agents; null: all are this agent's.</summary>
    public ShareOptions? Share { get; set; }
    /// <summary>
    /// Silence after which the source, or a device of it, is a trouble; zero: never; null: the source by what is usual for it, devices
    /// never.
    /// </summary>
    public TimeSpan? SilentAfter { get; set; }
    public HistoryOptions History { get; set; } = new();
    /// <summary>What of the messages makes a reading.</summary>
    public ReadingOptions Reading { get; set; } = new();
    /// <summary>
    /// Devices that one source may have at once. A new one takes the place of the one that is silent longest; where none is, its
    /// messages go to the dead letter.
    /// </summary>
    public int DeviceLimit { get; set; } = 10_000;
    /// <summary>Room for devices that send each channel under a topic of its own, where they are few.</summary>
    public override int TopicLimit => 2048 + 2 * DeviceLimit;
    /// <summary>Names of devices that always have a place, silent or not.</summary>
    public List<string> KnownDevices { get; set; } = [];
}
