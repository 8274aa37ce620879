using System.Diagnostics;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Rows whose time cannot be, as the clock of this run stands, get one that tells their age.</summary>
internal sealed partial class OutboxStore
{
    private const int RestampPage = 256;

    /// <summary>Sets such times right; what is not reached within the time is, at a later start.</summary>
    /// <param name="now">When this run began, by its clock.</param>
    /// <param name="isClockSynced">Whether a time service had set that.</param>
    /// <param name="limit">A start must not take long.</param>
    public int Restamp(long now, bool isClockSynced, TimeSpan limit) => Mend(() =>
    {
        var (begun, count) = (Stopwatch.GetTimestamp(), 0);
        foreach (var span in StampSpan.Of(now, isClockSynced))
        {
            var within = $"created >= {span.From} AND created < {span.To}";
            var youngest = Current.Number($"SELECT coalesce(max(created), 0) FROM outbox INDEXED BY outbox_order WHERE {within}");
            if (youngest == 0 || span.Shift(youngest, now) is not (not 0 and var shift)) continue;
            for (long? after = 0; after is { } last && Stopwatch.GetElapsedTime(begun) < limit;)
                after = RestampPageOf(within, last, shift, ref count);
        }
        if (count > 0) Restamped(_logger, count);
        return count;
    });

    private long? RestampPageOf(string within, long after, long shift, ref int count)
    {
        var rows = Current.EntriesOf($"WHERE sequence > {after} AND {within} ORDER BY sequence LIMIT {RestampPage}");
        if (rows.Count == 0) return null;
        // A damaged row stays as it is: reading finds it.
        var whole = rows.Where(r => r.Entry is not null).ToList();
        Current.Change(change => whole.ForEach(r => change.Stamp(r.Entry!, r.Entry!.CreatedTicks + shift)));
        count += whole.Count;
        return rows[^1].Sequence;
    }
}
