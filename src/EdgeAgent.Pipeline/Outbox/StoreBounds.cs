using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps the store within its bounds: bytes of its files, space left to others on the disk, and the age of events by
/// severity. Belongs to the outbox's owner.
/// </summary>
internal sealed partial class StoreBounds(
    OutboxStore store, OutboxOptions options, OutboxCounters counters, DropRecords drops, SteadyClock clock, TimeProvider time,
    ILogger logger)
{
    private const int Page = 256;
    private const int VacuumPages = 512;
    private const long UnusedLimit = 1 << 20;
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMinutes(1);

    private readonly StoreBudget _budget = new(options.Size);
    // All of a severity up to there are gone, because of their age.
    private readonly long[] _droppedUpTo = new long[(int)Severity.Critical + 1];
    // Up to there some are gone: of the devices that had to give way.
    private readonly long[] _someDroppedUpTo = new long[(int)Severity.Critical + 1];
    private readonly DeviceShares _shares = new(store);
    private readonly DropLog _log = new(options.Size, time, logger);
    private DropPlan? _plan;
    private long _expiredAt;
    private long _usedBefore;

    public DropRecords Drops => drops;

    /// <summary>What each device owes on disk.</summary>
    public DeviceShares Shares => _shares;

    /// <summary>Called with each row that was given up, by sequence and id.</summary>
    public Action<long, string>? Dropped { get; set; }

    /// <summary>Whether it is time to look for what is too old; true at the start.</summary>
    public bool IsDue => TimeLeft() <= TimeSpan.Zero;

    public TimeSpan TimeLeft() =>
        counters.OnDisk == 0 ? TimeSpan.MaxValue : _expiredAt == 0 ? TimeSpan.Zero : ExpireEvery - time.GetElapsedTime(_expiredAt);

    /// <summary>Makes the search for old events due now: a link came up.</summary>
    public void Hurry() => _expiredAt = 0;

    public bool HasDropped(OutboxItem item) => item.Sequence <= _droppedUpTo[(int)item.Entry.Severity]
        || (item.Sequence <= _someDroppedUpTo[(int)item.Entry.Severity] && !store.MayHave(item.Sequence));

    /// <summary>Whether new events may be written. Only where nothing may be dropped for them they may not.</summary>
    public bool MayGrow()
    {
        if (options.Full == FullPolicy.DropOldest) return true;
        var isFull = IsOverLimit();
        if (isFull && EmptyQuarantine()) isFull = IsOverLimit();
        if (isFull && !counters.IsFull) Full(options.Size);
        if (!isFull && counters.IsFull) NotFull();
        return !(counters.IsFull = isFull);
    }

    /// <summary>Notes what is used before a commit.</summary>
    public void BeginCommit() => _usedBefore = store.UsedBytes;

    /// <summary>Drops the oldest of the lowest severity, of who owes most of it, until the store is within its bounds.</summary>
    public void MakeRoom()
    {
        counters.FileBytes = store.FileBytes;
        if (options.Full == FullPolicy.Refuse)
        {
            // What was delivered has made room; with the link up there may be no event to find that out.
            if (counters.IsFull) MayGrow();
            return;
        }
        var limit = Limit(_usedBefore);
        if (store.UsedBytes <= limit) return;
        EmptyQuarantine();
        for (var excess = store.UsedBytes - limit; excess > 0; excess = store.UsedBytes - limit)
        {
            var rows = (_plan ??= new DropPlan(store, _shares)).Next(excess, Page);
            if (rows.Count == 0) break;
            counters.DroppedFull += Drop(rows, Gap.Full);
            _log.Note(rows);
        }
        _log.Tell();
    }

    /// <summary>Gives up what is older than it may be, link or not.</summary>
    public void Expire()
    {
        if (!IsDue) return;
        _log.Tell();
        _expiredAt = time.GetTimestamp();
        for (var severity = Severity.Info; severity <= Severity.Critical; severity++)
        {
            var keep = options.KeepFor(severity);
            // Mostly there is none, and to read a page of them for nothing is much for a slow disk.
            if (!store.Oldest((int)severity, 1).Exists(r => clock.AgeOf(r.CreatedTicks) > keep)) continue;
            var rows = store.Oldest((int)severity, Page).TakeWhile(r => clock.AgeOf(r.CreatedTicks) > keep).ToList();
            counters.DroppedExpired += Drop(rows, Gap.Expired);
            EventsExpired(rows.Count);
            // There may be more of them.
            if (rows.Count == Page) _expiredAt = 0;
        }
    }

    /// <summary>Gives up everything on disk of an age, because someone asked; returns how many.</summary>
    public int Purge(Severity? only, TimeSpan age)
    {
        var count = 0;
        for (var severity = Severity.Info; severity <= Severity.Critical; severity++)
            while ((only is null || only == severity)
                && store.Oldest((int)severity, Page).TakeWhile(r => clock.AgeOf(r.CreatedTicks) >= age).ToList() is { Count: > 0 } rows)
                count += Drop(rows, Gap.Purged);
        counters.DroppedPurged += count;
        return count;
    }

    /// <summary>Gives free pages back to the file system: all when everything is delivered, else some when there are many.</summary>
    public void GiveSpaceBack(bool hasDrained)
    {
        if (hasDrained) store.GiveSpaceBack();
        else if (store.UnusedBytes is var unused && unused > UnusedLimit && unused > store.UsedBytes) store.GiveSpaceBack(VacuumPages);
        else return;
        counters.FileBytes = store.FileBytes;
    }

    /// <summary>What the database may take now: its share, and not more than it has while the disk is short of space.</summary>
    private long Limit(long used) => options.Reserve > 0 && store.FreeBytes < options.Reserve
        ? Math.Min(_budget.Database, Math.Max(used, StoreBudget.Floor))
        : _budget.Database;

    private bool IsOverLimit() => store.UsedBytes > Limit(store.UsedBytes - 1);

    /// <summary>Drops the quarantine: what cannot be sent gives way before anything that can.</summary>
    private bool EmptyQuarantine()
    {
        if (store.EmptyQuarantine() is not (> 0 and var count)) return false;
        QuarantineEmptied(count);
        return true;
    }

    private int Drop(IReadOnlyList<StoredRow> rows, string reason)
    {
        var gaps = rows.Select(r => Gap.Of(reason, r.Severity, r.CreatedTicks, r.Device)).GroupBy(g => (g.Severity, g.Device))
            .Select(g => g.Aggregate((a, b) => a + b)).ToList();
        store.Commit([], rows.Select(r => r.Sequence), gaps);
        gaps.ForEach(drops.NoteWritten);
        var upTo = reason == Gap.Full ? _someDroppedUpTo : _droppedUpTo;
        foreach (var row in rows)
        {
            if (row.Id.Length > 0) Dropped?.Invoke(row.Sequence, row.Id);
            counters.StoredBytes -= row.Bytes;
            _shares.Remove(row);
            upTo[(int)row.Severity] = Math.Max(upTo[(int)row.Severity], row.Sequence);
        }
        counters.OnDisk -= rows.Count;
        return rows.Count;
    }

    [LoggerMessage(LogLevel.Warning, "the outbox is full: {Count} quarantined events made room")]
    private partial void QuarantineEmptied(long count);

    [LoggerMessage(LogLevel.Error, "{Count} events were older than upstream.buffer.keep allows and were given up")]
    private partial void EventsExpired(int count);

    [LoggerMessage(LogLevel.Error, "the outbox is full ({Limit} bytes, or too little free beside it) and may not drop: "
        + "new events wait, and the input with them")]
    private partial void Full(long limit);

    [LoggerMessage(LogLevel.Information, "the outbox takes events again")]
    private partial void NotFull();
}
