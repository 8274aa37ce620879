namespace EdgeAgent.Pipeline.Sources;

/// <summary>What of a source's messages makes a reading.</summary>
public enum ReadingMode
{
    /// <summary>A message with all channels that a model needs is a reading; messages with some of them are joined.</summary>
    Auto,
    /// <summary>Each message is a reading, whatever it lacks.</summary>
    Message,
    /// <summary>Messages are joined until each channel has come.</summary>
    Joined,
    /// <summary>The last known values at even times.</summary>
    Sampled,
}

/// <summary>Keys <c>reading</c>, <c>tolerance</c>, <c>every</c> and <c>stale</c> of a source.</summary>
public sealed record ReadingOptions
{
    /// <summary>Readings that one pause may bring when they are sampled: <see cref="Stale"/> over <see cref="Every"/>.</summary>
    public const int SamplesLimit = 1000;

    public ReadingMode Mode { get; set; }
    /// <summary>How far from the first value of a reading its others may lie; null: found by itself.</summary>
    public TimeSpan? Tolerance { get; set; }
    /// <summary>The distance of sampled readings.</summary>
    public TimeSpan Every { get; set; }
    /// <summary>The age from which a value is missing in a sampled reading.</summary>
    public TimeSpan Stale { get; set; }
}
