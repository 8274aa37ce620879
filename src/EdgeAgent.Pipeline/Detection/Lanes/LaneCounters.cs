using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// What one lane has done since the start. The lane writes, anyone may read: received = windowed + filtered + held, once the lane has
/// come to rest.
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
    public long FilteredAhead;
    /// <summary>Messages that are put aside now: their times are far ahead, and it is not known yet whether more agree.</summary>
    public long Held;
    public long Judged;
    public long InferenceFailed;
    public long Events;
    public long ClockSetBack;

    private volatile SourceFilter[] _bySource = [];

    /// <summary>What was left out, by source.</summary>
    public IReadOnlyList<SourceFilter> BySource => _bySource;

    /// <summary>Counts a reading that is left out.</summary>
    public void Filter(FilterReason reason, Device device)
    {
        Total(reason)++;
        Of(device.Source).Add(reason, device);
    }

    /// <summary>Moves whenever the lane gets anywhere.</summary>
    public long Progress => Volatile.Read(ref Received) + Volatile.Read(ref Judged) + InferenceFailed;

    public long Filtered => FilteredLate + FilteredDuplicate + FilteredLacksChannel + FilteredNoDetector + FilteredGate
        + FilteredAhead;

    private ref long Total(FilterReason reason)
    {
        switch (reason)
        {
            case FilterReason.Late: return ref FilteredLate;
            case FilterReason.Duplicate: return ref FilteredDuplicate;
            case FilterReason.LacksChannel: return ref FilteredLacksChannel;
            case FilterReason.NoDetector: return ref FilteredNoDetector;
            case FilterReason.Ahead: return ref FilteredAhead;
            default: return ref FilteredGate;
        }
    }

    /// <summary>There are few sources, and they hardly ever change: the list is replaced when one is met first.</summary>
    private SourceFilter Of(string source)
    {
        foreach (var known in _bySource)
            if (known.Source == source) return known;
        var added = new SourceFilter(source);
        _bySource = [.. _bySource, added];
        return added;
    }
}
