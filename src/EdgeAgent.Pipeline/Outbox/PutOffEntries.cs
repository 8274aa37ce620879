namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps items that are not to be sent for a while. Later reports of the same anomaly wait with them, so that no anomaly is
/// closed before it was opened; all others go on. One owner.
/// </summary>
internal sealed class PutOffEntries(TimeProvider time)
{
    private const int CountLimit = 4096;
    private const long BytesLimit = 16 << 20;

    private readonly PriorityQueue<OutboxItem, (long Due, long Sequence)> _items = new();
    private readonly Dictionary<ulong, (long Due, long Sequence)> _first = [];

    private long _bytes;

    /// <summary>Whether no more is to be put off, for all of it is in memory: what comes behind has to wait.</summary>
    public bool IsFull => IsFilled(times: 1);

    /// <summary>Whether what is fresh has to wait, too.</summary>
    public bool IsFullForFresh => IsFilled(times: 2);

    public bool IsDue => _items.TryPeek(out _, out var first) && first.Due <= time.GetTimestamp();

    /// <summary>How long until one is due; the longest time when there is none.</summary>
    public TimeSpan TimeLeft()
    {
        if (!_items.TryPeek(out _, out var first)) return TimeSpan.MaxValue;
        var left = time.GetElapsedTime(time.GetTimestamp(), first.Due);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <param name="item">What waits.</param>
    /// <param name="due">The instant of the monotonic clock from which it may be sent again.</param>
    public void Add(OutboxItem item, long due)
    {
        Enqueue(item, due);
        if (!_first.TryGetValue(item.Entry.Anomaly, out var first) || item.Sequence < first.Sequence)
            _first[item.Entry.Anomaly] = (due, item.Sequence);
    }

    /// <summary>Puts the item off where an earlier report of its anomaly is.</summary>
    public bool TryFollow(OutboxItem item)
    {
        if (_first.Count == 0 || !_first.TryGetValue(item.Entry.Anomaly, out var first) || item.Sequence <= first.Sequence) return false;
        Enqueue(item, first.Due);
        return true;
    }

    public bool TryTakeDue(out OutboxItem item)
    {
        item = null!;
        if (!IsDue) return false;
        item = _items.Dequeue();
        _bytes -= item.Entry.StoredBytes;
        if (_first.TryGetValue(item.Entry.Anomaly, out var first) && first.Sequence == item.Sequence) _first.Remove(item.Entry.Anomaly);
        return true;
    }

    private bool IsFilled(int times) => _items.Count >= times * CountLimit || _bytes >= times * BytesLimit;

    private void Enqueue(OutboxItem item, long due)
    {
        _items.Enqueue(item, (due, item.Sequence));
        _bytes += item.Entry.StoredBytes;
    }
}
