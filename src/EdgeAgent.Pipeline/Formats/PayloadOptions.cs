using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Formats.Packed;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>How a source's payloads are read.</summary>
public record PayloadOptions
{
    /// <summary>
    /// Whose a reading is: <c>topic</c>, <c>topic[N]</c>, <c>payload.PATH</c>, or a text with such places in braces; see
    /// <see cref="NameTemplate"/>.
    /// </summary>
    public string Device { get; set; } = "topic";
    /// <summary>
    /// The channel that a value belongs to, or a first part of its name, written like a device; null: the payload says it.
    /// </summary>
    public string? Channel { get; set; }
    /// <summary>How payloads are encoded: the name of a format, or <c>auto</c>.</summary>
    public string Decode { get; set; } = PayloadDecoders.Auto;
    /// <summary>Path of the rows in a payload; null: it is one, or a list of them.</summary>
    public string? Rows { get; set; }
    /// <summary>Path of a value's channel in its row; null: each channel has a place of its own.</summary>
    public string? NamePath { get; set; }
    /// <summary>Path of the value in its row; null: <see cref="Channels"/> or <see cref="ChannelsBelow"/> say where values stand.</summary>
    public string? ValuePath { get; set; }
    /// <summary>How good a value is; null: all are.</summary>
    public QualityOptions? Quality { get; set; }
    /// <summary>Path of the event time in the row, or from the top behind <c>$.</c>; null takes the time of arrival.</summary>
    public string? Time { get; set; }
    /// <summary>How times are written there, and what happens without one.</summary>
    public TimeOptions Times { get; set; } = new();
    /// <summary>Samples a second of channels that are arrays; null: none are, or the message says it.</summary>
    public double? SampleRate { get; set; }
    /// <summary>Path of that rate in the payload.</summary>
    public string? SampleRatePath { get; set; }
    /// <summary>Which of an array's samples the message's time belongs to.</summary>
    public BlockTime BlockTime { get; set; } = BlockTime.Last;
    /// <summary>Every number below this path is a channel; "": below the top; null: channels are listed.</summary>
    public string? ChannelsBelow { get; set; }
    /// <summary>The channels by name, when they are listed.</summary>
    public List<ChannelOptions> Channels { get; set; } = [];
    /// <summary>The channels of a line's values in their order; "": nobody asked for the value.</summary>
    public List<string> Columns { get; set; } = [];
    /// <summary>What becomes of values that come under a name: another name, another unit.</summary>
    public Dictionary<string, ConversionOptions> Conversions { get; set; } = [];
    /// <summary>Texts that stand for a number, without regard to case.</summary>
    public Dictionary<string, float> Words { get; set; } = [];
    /// <summary>Whether a comma stands before the decimals of numbers that are texts.</summary>
    public bool HasDecimalComma { get; set; }
    /// <summary>Whether a unit behind a number that is a text is left off.</summary>
    public bool StripsUnits { get; set; }
    /// <summary>Channels that one source may bring when they are discovered.</summary>
    public int ChannelLimit { get; set; } = 256;
    /// <summary>
    /// Payloads above this many bytes go to the dead letter; so do those that are longer than 16 times that when inflated.
    /// </summary>
    public int PayloadLimit { get; set; } = 256 * 1024;
    /// <summary>Topics that are remembered with what was found out about them; others are looked at anew each time.</summary>
    public virtual int TopicLimit => 4096;
    /// <summary>Where values stand in binary payloads; null: payloads are not read so.</summary>
    public PackedOptions? Packed { get; set; }
    /// <summary>Whether a Sparkplug edge node is asked for its birth when its data cannot be read without.</summary>
    public bool RequestsBirths { get; set; }
}

/// <summary>Which sample of a block the message's time belongs to.</summary>
public enum BlockTime { Last, First }

/// <summary>Where a row says how good its value is. Values of bad quality are missing.</summary>
public sealed record QualityOptions
{
    public string Path { get; set; } = "";
    /// <summary>
    /// What good values have there, as text; empty: true, a text that begins with "good", or a number that is good by
    /// <see cref="Codes"/>.
    /// </summary>
    public List<string> Good { get; set; } = [];
    /// <summary>What numbers mean.</summary>
    public QualityCodes Codes { get; set; }
}

/// <summary>What numbers mean that say how good a value is.</summary>
public enum QualityCodes
{
    /// <summary>192 to 255 is good; 0 is, too, until the source has shown another number up to 255, which only OPC DA has.</summary>
    Auto,
    /// <summary>The low byte from 192 on is good; 0 is bad.</summary>
    OpcDa,
    /// <summary>0 is good, and every number whose highest two of 32 bits are 0.</summary>
    OpcUa,
}

/// <summary>What becomes of the values that come under a name.</summary>
public sealed record ConversionOptions
{
    /// <summary>The channel that they are of; null: the one of that name.</summary>
    public string? To { get; set; }
    /// <summary>Each is multiplied by it, then <see cref="Offset"/> is added.</summary>
    public double Scale { get; set; } = 1;
    public double Offset { get; set; }
}

/// <summary>One listed channel of a source.</summary>
public sealed record ChannelOptions
{
    public string Name { get; set; } = "";
    /// <summary>Path in the payload; the name unless given.</summary>
    public string Path { get; set; } = "";
    public string? Unit { get; set; }
    /// <summary>Each value is multiplied by it, then <see cref="Offset"/> is added.</summary>
    public double Scale { get; set; } = 1;
    public double Offset { get; set; }
    /// <summary>Values below are taken as missing.</summary>
    public float? Min { get; set; }
    /// <summary>Values above are taken as missing.</summary>
    public float? Max { get; set; }
}
