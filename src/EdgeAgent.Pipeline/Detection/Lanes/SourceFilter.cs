using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>Why a lane left readings out on purpose.</summary>
internal enum FilterReason
{
    /// <summary>Older than one already taken.</summary>
    Late,
    /// <summary>It was taken before.</summary>
    Duplicate,
    /// <summary>The device does not send what the model needs.</summary>
    LacksChannel,
    /// <summary>No detector watches its source.</summary>
    NoDetector,
    /// <summary>The gate is closed.</summary>
    Gate,
    /// <summary>Its time is far ahead of the device's others, and none agreed with it.</summary>
    Ahead,
}

/// <summary>What one lane left out of the readings of one source, by reason. The lane writes, anyone may read.</summary>
internal sealed class SourceFilter(string source)
{
    private static readonly int Reasons = Enum.GetValues<FilterReason>().Length;

    private readonly long[] _counts = new long[Reasons];
    private readonly Device?[] _last = new Device?[Reasons];

    public string Source { get; } = source;

    public long Count(FilterReason reason) => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>The device that it last happened to; null: it did not.</summary>
    public string? LastDevice(FilterReason reason) => Volatile.Read(ref _last[(int)reason])?.Name;

    public void Add(FilterReason reason, Device device)
    {
        _counts[(int)reason]++;
        Volatile.Write(ref _last[(int)reason], device);
    }
}
