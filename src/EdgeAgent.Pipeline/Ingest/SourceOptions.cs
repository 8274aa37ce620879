namespace EdgeAgent.Pipeline.Ingest;

/// <summary>Table <c>[sources.NAME]</c>: where readings come from and how a payload is read.</summary>
public sealed record SourceOptions
{
    public string Name { get; set; } = "";
    public MqttOptions Mqtt { get; set; } = new();
    /// <summary>Topic filters, wildcards allowed.</summary>
    public List<string> Topics { get; set; } = [];
    /// <summary>Quality of service asked for: 0 or 1.</summary>
    public int Qos { get; set; } = 1;
    /// <summary>Whether messages that the broker kept from before are taken as readings.</summary>
    public bool Retained { get; set; }
    /// <summary>Whether the broker keeps what arrives while the agent is away.</summary>
    public bool PersistentSession { get; set; } = true;
    /// <summary>QoS 1 messages that may wait for their acknowledgement at once (MQTT 5 receive maximum).</summary>
    public int ReceiveLimit { get; set; } = 4096;
    /// <summary>Shares the devices with other agents; null: all are this agent's.</summary>
    public ShareOptions? Share { get; set; }
    /// <summary>Payloads above this many bytes go to the dead letter.</summary>
    public int PayloadLimit { get; set; } = 256 * 1024;
    /// <summary>Devices that one source may bring; messages of further ones go to the dead letter.</summary>
    public int DeviceLimit { get; set; } = 10_000;

    /// <summary>Where a message names its device: <c>topic</c>, <c>topic[N]</c>, or <c>payload.PATH</c>.</summary>
    public string Device { get; set; } = "topic";
    /// <summary>How payloads are encoded: <c>json</c>.</summary>
    public string Decode { get; set; } = "json";
    /// <summary>Path of the event time in the payload; null takes the time of arrival.</summary>
    public string? Time { get; set; }
    /// <summary>Samples a second of channels that are arrays; null: none are, or the message says it.</summary>
    public double? SampleRate { get; set; }
    /// <summary>Path of that rate in the payload.</summary>
    public string? SampleRatePath { get; set; }
    /// <summary>Which of an array's samples the message's time belongs to.</summary>
    public BlockTime BlockTime { get; set; } = BlockTime.Last;
    /// <summary>Channels: <c>PATH.*</c> takes every number below PATH; otherwise a list.</summary>
    public string? ChannelsBelow { get; set; }
    /// <summary>The channels by name, when they are listed.</summary>
    public List<ChannelOptions> Channels { get; set; } = [];
    /// <summary>Channels that one source may bring when they are discovered.</summary>
    public int ChannelLimit { get; set; } = 256;
}

/// <summary>Which sample of a block the message's time belongs to.</summary>
public enum BlockTime { Last, First }

/// <summary>One listed channel of a source.</summary>
public sealed record ChannelOptions
{
    public string Name { get; set; } = "";
    /// <summary>Path in the payload; the name unless given.</summary>
    public string Path { get; set; } = "";
    public string? Unit { get; set; }
    /// <summary>Values below are taken as missing.</summary>
    public float? Min { get; set; }
    /// <summary>Values above are taken as missing.</summary>
    public float? Max { get; set; }
}
