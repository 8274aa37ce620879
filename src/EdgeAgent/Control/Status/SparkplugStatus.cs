using EdgeAgent.Pipeline.Formats.SparkplugB;

namespace EdgeAgent.Control.Status;

/// <summary>What the Sparkplug edge nodes of a source let be noticed since the start.</summary>
internal sealed record SparkplugStatus
{
    /// <summary>Metrics that could not be used because no birth named them or said their type.</summary>
    public required long UnknownMetrics { get; init; }
    /// <summary>Messages that were lost or came in disorder, by their sequence numbers.</summary>
    public required long SequenceGaps { get; init; }
    /// <summary>Edge nodes and devices that have gone.</summary>
    public required long Deaths { get; init; }

    /// <summary>Null where there is nothing to tell.</summary>
    public static SparkplugStatus? Of(SparkplugTally tally) => tally.IsZero ? null : new SparkplugStatus
    {
        UnknownMetrics = tally.UnknownMetrics, SequenceGaps = tally.SequenceGaps, Deaths = tally.Deaths,
    };
}
