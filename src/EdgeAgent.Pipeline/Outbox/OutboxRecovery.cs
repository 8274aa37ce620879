using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Reads at the start what the store holds, removes what was delivered already, and remembers what is known.</summary>
internal sealed class OutboxRecovery(
    OutboxStore store, AcknowledgedIds? acknowledged, KnownEvents known, OutboxCounters counters, DropRecords drops)
{
    /// <summary>A start must not take long, however much is owed. What is not read in this time may come twice.</summary>
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// More than can have been committed without the lanes hearing of it: what a kill leaves in doubt is the youngest on disk.
    /// </summary>
    private const int DoubtfulLimit = 8192;

    /// <summary>Recovers what the store holds. False: it cannot be opened now; what it holds is found later.</summary>
    /// <param name="clock">The clock of this run.</param>
    /// <param name="isClockSynced">Whether a time service has set the machine's clock.</param>
    /// <param name="lastSequence">The last sequence on disk.</param>
    public bool TryRecover(SteadyClock clock, bool isClockSynced, out long lastSequence)
    {
        try
        {
            RemoveAcknowledged();
            if (acknowledged is not null) store.ReadLatestIds(DoubtfulLimit, ReadLimit).ForEach(known.Add);
            store.Restamp(clock.StartTicks, isClockSynced, ReadLimit / 2);
            (counters.Recovered, counters.StoredBytes, lastSequence) = store.Measure();
            (counters.OnDisk, counters.FileBytes) = (counters.Recovered, store.FileBytes);
            drops.Recover(store.Gaps());
            store.HasLost = false;
            return true;
        }
        catch (SqliteException)
        {
            // Higher than any sequence that may be on disk.
            lastSequence = clock.StartTicks;
            return false;
        }
    }

    /// <summary>Removes what upstream acknowledged just before a kill and is still on disk.</summary>
    private void RemoveAcknowledged()
    {
        if (acknowledged is not { Before.Count: > 0 } before) return;
        known.Add(before.Before);
        var done = new List<long>();
        store.TryReadIds((sequence, id) => { if (before.Has(id)) done.Add(sequence); }, ReadLimit);
        if (done.Count > 0) store.Commit([], done);
    }
}
