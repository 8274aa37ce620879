using System.Diagnostics;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Gives rows whose time is impossible, as the clock of this run stands, one that tells their age.</summary>
internal static class RowRestamp
{
    private const int Page = 256;

    /// <summary>Corrects such times; returns how many. What is not reached within the time is corrected at a later start.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="now">When this run began, by its clock.</param>
    /// <param name="isClockSynced">Whether a time service had set that.</param>
    /// <param name="limit">A start must not take long.</param>
    public static int Run(StoreConnection connection, long now, bool isClockSynced, TimeSpan limit)
    {
        var (begun, count) = (Stopwatch.GetTimestamp(), 0);
        foreach (var span in StampSpan.Of(now, isClockSynced))
        {
            var within = $"created >= {span.From} AND created < {span.To}";
            var youngest = connection.Number($"SELECT coalesce(max(created), 0) FROM outbox INDEXED BY outbox_order WHERE {within}");
            if (youngest == 0 || span.Shift(youngest, now) is not (not 0 and var shift)) continue;
            for (long? after = 0; after is { } last && Stopwatch.GetElapsedTime(begun) < limit;)
                after = RestampPage(connection, within, last, shift, ref count);
        }
        return count;
    }

    private static long? RestampPage(StoreConnection connection, string within, long after, long shift, ref int count)
    {
        var rows = connection.EventsOf($"WHERE sequence > {after} AND {within} ORDER BY sequence LIMIT {Page}");
        if (rows.Count == 0) return null;
        // A damaged row stays as it is: reading finds it.
        var whole = rows.Select(r => r.Row).OfType<StoredEvent>().ToList();
        connection.Change(change => whole.ForEach(row => change.Stamp(row, row.Entry.CreatedTicks + shift)));
        count += whole.Count;
        return rows[^1].Sequence;
    }
}
