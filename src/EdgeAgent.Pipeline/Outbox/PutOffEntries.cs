namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Entries that are not to be sent for a while. Later reports of the same anomaly wait with them, so that no anomaly is
/// closed before it was opened; all others go on. One owner.
/// </summary>
internal sealed class PutOffEntries(TimeProvider time)
{
    private readonly PriorityQueue<OutboxEntry, (long Due, long Sequence)> _entries = new();
    private readonly Dictionary<ulong, (long Due, long Sequence)> _first = [];

    public bool IsDue => _entries.TryPeek(out _, out var first) && first.Due <= time.GetTimestamp();

    /// <summary>How long until one is due; the longest time when there is none.</summary>
    public TimeSpan TimeLeft()
    {
        if (!_entries.TryPeek(out _, out var first)) return TimeSpan.MaxValue;
        var left = time.GetElapsedTime(time.GetTimestamp(), first.Due);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public void Add(OutboxEntry entry)
    {
        _entries.Enqueue(entry, (entry.NotBefore, entry.Sequence));
        if (!_first.TryGetValue(entry.Anomaly, out var first) || entry.Sequence < first.Sequence)
            _first[entry.Anomaly] = (entry.NotBefore, entry.Sequence);
    }

    /// <summary>Puts the entry off where an earlier report of its anomaly is.</summary>
    public bool TryFollow(OutboxEntry entry)
    {
        if (!_first.TryGetValue(entry.Anomaly, out var first) || entry.Sequence <= first.Sequence) return false;
        entry.NotBefore = first.Due;
        _entries.Enqueue(entry, (first.Due, entry.Sequence));
        return true;
    }

    public bool TryTakeDue(out OutboxEntry entry)
    {
        entry = null!;
        if (!IsDue) return false;
        entry = _entries.Dequeue();
        if (_first.TryGetValue(entry.Anomaly, out var first) && first.Sequence == entry.Sequence) _first.Remove(entry.Anomaly);
        return true;
    }
}
