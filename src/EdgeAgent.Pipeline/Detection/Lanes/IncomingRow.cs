using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A row of a message that has its place in time, on its way to the detectors of its device.</summary>
internal readonly ref struct IncomingRow
{
    public required long TimeTicks { get; init; }
    /// <summary>One a channel; NaN where missing.</summary>
    public required ReadOnlySpan<float> Values { get; init; }
    public required ChannelNames Channels { get; init; }
    /// <summary>Its message in the batch.</summary>
    public required int MessageIndex { get; init; }
    /// <summary>
    /// If the broker may have sent this message before: its newest event time. A detector that has already taken readings up to then
    /// skips it. Null: it is new.
    /// </summary>
    public required long? SeenUpTo { get; init; }
}
