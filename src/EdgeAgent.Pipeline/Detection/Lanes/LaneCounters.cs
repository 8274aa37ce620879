namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// What one lane has done since the start. The lane writes, anyone may read: received = windowed + filtered, once the lane has come
/// to rest.
/// </summary>
internal sealed class LaneCounters
{
    public long Received;
    public long Windowed;
    public long FilteredLate;
    public long FilteredDuplicate;
    public long FilteredLacksChannel;
    public long FilteredNoDetector;
    public long FilteredGate;
    public long Judged;
    public long InferenceFailed;
    public long Events;
    public long ClockSetBack;

    /// <summary>Moves whenever the lane gets anywhere.</summary>
    public long Progress => Volatile.Read(ref Received) + Volatile.Read(ref Judged) + InferenceFailed;

    public long Filtered => FilteredLate + FilteredDuplicate + FilteredLacksChannel + FilteredNoDetector + FilteredGate;
}
