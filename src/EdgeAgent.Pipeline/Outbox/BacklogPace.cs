namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Caps the rate at which a backlog drains, by the monotonic clock. Backlog is what was owed when the link came up; what
/// came later is not slowed, except that it waits for its turn. Does no I/O; has one owner.
/// </summary>
/// <param name="perSecond">Events a second; 0: as fast as it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class BacklogPace(double perSecond, TimeProvider time)
{
    // A tenth of a second's worth may go at once, so that a high rate does not need a wake-up for every event.
    private readonly double _burst = Math.Max(1, perSecond / 10);
    private double _tokens;
    private long _counted;
    private long _upTo;

    /// <summary>Begins when the link comes up: all that is owed now is backlog.</summary>
    /// <param name="lastSequence">The youngest that is owed.</param>
    public void Begin(long lastSequence)
    {
        _upTo = lastSequence;
        _tokens = 1;
        _counted = time.GetTimestamp();
    }

    /// <summary>Whether the item may go now.</summary>
    public bool Allows(OutboxItem item)
    {
        if (IsFree(item)) return true;
        Earn();
        return _tokens >= 1;
    }

    /// <summary>Counts an item that went.</summary>
    public void Went(OutboxItem item)
    {
        if (!IsFree(item)) _tokens--;
    }

    /// <summary>How long until the item may go.</summary>
    public TimeSpan TimeLeft(OutboxItem item)
    {
        if (Allows(item)) return TimeSpan.Zero;
        return TimeSpan.FromSeconds((1 - _tokens) / perSecond);
    }

    private bool IsFree(OutboxItem item) => perSecond <= 0 || item.Sequence > _upTo;

    private void Earn()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + time.GetElapsedTime(_counted, now).TotalSeconds * perSecond);
        _counted = now;
    }
}
