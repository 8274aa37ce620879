namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// The outbox's books since the start: appended + recovered = delivered + owed + dropped. Appended is counted by
/// whoever appends, the rest by the outbox's thread; anyone may read.
/// </summary>
internal sealed class OutboxCounters
{
    /// <summary>Found at the start, or put back from the dead letter.</summary>
    public long Recovered;
    public long Appended;
    public long Delivered;
    /// <summary>Dropped because the store was full.</summary>
    public long DroppedFull;
    /// <summary>Dropped because their time to live had passed.</summary>
    public long DroppedExpired;
    /// <summary>Given up because the broker refuses them for ever; the dead letter has them.</summary>
    public long DroppedRefused;
    public long Commits;
    /// <summary>Entries that were written to disk.</summary>
    public long Stored;
    /// <summary>Bytes of entries on disk now.</summary>
    public long StoredBytes;
    public long CommitFailures;
    /// <summary>Entries on disk now.</summary>
    public long OnDisk;
    /// <summary>Bytes that were written to the store's log on disk.</summary>
    public long WrittenBytes;
    /// <summary>Whether the last commit failed.</summary>
    public volatile bool IsDiskRefusing;

    public long Dropped => DroppedFull + DroppedExpired + DroppedRefused;
    public long Owed => Recovered + Appended - Delivered - Dropped;
}
