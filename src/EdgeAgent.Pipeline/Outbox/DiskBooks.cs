using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What of the owed events is on disk, by the books, and how damage is entered in them. Belongs to the outbox's thread.</summary>
internal sealed class DiskBooks(OutboxStore store, OutboxCounters counters, DropBooks drops, TimeProvider time)
{
    private bool _hasLost;

    public bool HasDamage => store.HasLost;

    /// <summary>An entry was written.</summary>
    public void CountIn(OutboxEntry entry)
    {
        entry.IsCommitted = true;
        counters.OnDisk++;
        counters.StoredBytes += entry.StoredBytes;
    }

    /// <summary>An entry that was written needs no row any more; false: it has none, for it was lost to damage and counted as that.</summary>
    public bool CountOff(OutboxEntry entry)
    {
        if (_hasLost && !store.MayHave(entry.Sequence))
        {
            // It came through in memory.
            counters.DroppedDamaged--;
            return false;
        }
        counters.StoredBytes -= entry.StoredBytes;
        counters.OnDisk--;
        return true;
    }

    /// <summary>Counts anew after rows were lost to damage. What is done must be off the disk.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The disk refuses.</exception>
    public void SettleDamage()
    {
        var (count, bytes, _) = store.Measure();
        (store.HasLost, _hasLost) = (false, true);
        var (lost, now) = (counters.OnDisk - count, time.GetUtcNow().UtcTicks);
        if (lost > 0) drops.Note(new Gap(DropBooks.Damaged, DropBooks.Unknown, lost, now, now));
        counters.DroppedDamaged += Math.Max(0, lost);
        counters.Recovered += Math.Max(0, -lost);
        (counters.OnDisk, counters.StoredBytes) = (count, bytes);
    }
}
