using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Counts which of the owed events are on disk, and corrects the counters after damage. Belongs to the outbox's owner.</summary>
internal sealed class DiskAccounting(
    OutboxStore store, OutboxCounters counters, DropRecords drops, DeviceShares shares, TimeProvider time)
{
    private bool _hasLost;

    public bool HasDamage => store.HasLost;

    /// <summary>Counts an item that was written.</summary>
    public void CountIn(OutboxItem item)
    {
        item.IsCommitted = true;
        counters.OnDisk++;
        counters.StoredBytes += item.Entry.StoredBytes;
        shares.Add(item.Entry);
    }

    /// <summary>Counts an item whose row is to go; false: it has no row, for it was lost to damage and counted as that.</summary>
    public bool CountOff(OutboxItem item)
    {
        if (_hasLost && !store.MayHave(item.Sequence))
        {
            // It came through in memory.
            counters.DroppedDamaged--;
            return false;
        }
        counters.StoredBytes -= item.Entry.StoredBytes;
        shares.Remove(item.Entry);
        counters.OnDisk--;
        return true;
    }

    /// <summary>Counts again after rows were lost to damage. What is done must be off the disk.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The disk refuses.</exception>
    public void SettleDamage()
    {
        var (count, bytes, _) = store.Measure();
        (store.HasLost, _hasLost) = (false, true);
        var (lost, now) = (counters.OnDisk - count, time.GetUtcNow().UtcTicks);
        if (lost > 0) drops.Note(new Gap(Gap.Damaged, Gap.UnknownSeverity, lost, now, now));
        counters.DroppedDamaged += Math.Max(0, lost);
        counters.Recovered += Math.Max(0, -lost);
        (counters.OnDisk, counters.StoredBytes) = (count, bytes);
        shares.Forget();
    }
}
