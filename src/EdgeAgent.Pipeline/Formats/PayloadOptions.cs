using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>How a source's payloads are read.</summary>
public record PayloadOptions
{
    /// <summary>Where a message names its device: <c>topic</c>, <c>topic[N]</c>, or <c>payload.PATH</c>.</summary>
    public string Device { get; set; } = "topic";
    /// <summary>How payloads are encoded: <c>json</c>.</summary>
    public string Decode { get; set; } = "json";
    /// <summary>Path of the event time in the payload; null takes the time of arrival.</summary>
    public string? Time { get; set; }
    /// <summary>How times are written there, and what happens without one.</summary>
    public TimeOptions Times { get; set; } = new();
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
