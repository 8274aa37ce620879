using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What the outbox holds, counted by its own thread.</summary>
/// <param name="Entries">Events held, on disk or in memory: owed, if the counters are right.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="OldestTicks">When the oldest was taken in, UTC; 0 when there is none.</param>
internal readonly record struct OutboxReport(long Entries, long Bytes, long OldestTicks)
{
    /// <param name="counters">Know what is on disk.</param>
    /// <param name="store">Knows the oldest there.</param>
    /// <param name="uncommitted">What is in memory, oldest first.</param>
    /// <param name="appended">What has not been taken yet, oldest first.</param>
    /// <param name="waiting">Events that lanes hold while they wait for room.</param>
    public static OutboxReport Of(
        OutboxCounters counters, OutboxStore store, IReadOnlyCollection<OutboxItem> uncommitted, IReadOnlyCollection<OutboxItem> appended,
        int waiting)
    {
        var inMemory = uncommitted.Where(i => !i.IsDone).Concat(appended).Select(i => i.Entry).ToList();
        var oldest = counters.OnDisk > 0 ? store.OldestTicks() : inMemory.Count > 0 ? inMemory[0].CreatedTicks : 0;
        return new OutboxReport(
            counters.OnDisk + inMemory.Count + waiting, counters.StoredBytes + inMemory.Sum(e => e.StoredBytes), oldest);
    }
}
