using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Counts events since the start: appended + recovered = delivered + owed + dropped. A report of drops is counted only while it
/// is owed. Lanes count what they append, the outbox's owner the rest; anyone may read.
/// </summary>
internal sealed class OutboxCounters
{
    /// <summary>Found at the start, or replayed from quarantine.</summary>
    public long Recovered;
    public long Appended;
    /// <summary>Events of a lane that an earlier run had already: they are not events again. Counted by the lanes.</summary>
    public long Repeated;
    public long Delivered;
    /// <summary>Dropped because the store was full.</summary>
    public long DroppedFull;
    /// <summary>Dropped because their time to live had passed.</summary>
    public long DroppedExpired;
    /// <summary>Given up because the broker refuses them for ever; they are quarantined.</summary>
    public long DroppedRefused;
    /// <summary>Lost to a damaged disk, or quarantined because of it.</summary>
    public long DroppedDamaged;
    /// <summary>Given up because someone asked for it.</summary>
    public long DroppedPurged;
    /// <summary>Reports of drops that were made to be sent upstream.</summary>
    public long Reported;
    /// <summary>Reports of drops that are owed no more: delivered, refused or too old. They are in no other figure.</summary>
    public long ReportsDone;
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

    /// <summary>Why it does; of the last time. Null: it never has.</summary>
    public volatile DiskRefusal? DiskRefusal;

    /// <summary>When the store's files were last found to have been taken away, UTC; 0: never.</summary>
    public long StoreGoneTicks;

    /// <summary>What was given up of late; null: nothing.</summary>
    public volatile LateDrops? LateDrops;

    /// <summary>Whether new events wait because the outbox is full and may not drop.</summary>
    public volatile bool IsFull;
    /// <summary>Bytes of the store's files on disk.</summary>
    public long FileBytes;

    private readonly long[] _droppedBySeverity = new long[3];

    public long Dropped => DroppedFull + DroppedExpired + DroppedRefused + DroppedDamaged + DroppedPurged;
    public long Owed => Recovered + Appended + Reported - ReportsDone - Delivered - Dropped;

    /// <summary>Owed, and not on disk.</summary>
    public long InMemory => Math.Max(0, Owed - OnDisk);

    /// <summary>Dropped events of a severity; of damaged ones it is not always known.</summary>
    public long DroppedOf(Severity severity) => Volatile.Read(ref _droppedBySeverity[(int)severity]);

    public void NoteDropped(Severity severity, long count) =>
        Volatile.Write(ref _droppedBySeverity[(int)severity], _droppedBySeverity[(int)severity] + count);
}
