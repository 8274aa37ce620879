using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Entries that are next to be sent, in two lanes, each oldest first. Fresh is a critical event that came in while there
/// was a link and of whose anomaly no earlier report is owed; the rest is backlog. What of the backlog is beyond memory's
/// limit spills: it stays on disk only, and is read back in order as sending makes room. Belongs to the outbox's thread.
/// </summary>
internal sealed partial class ReadyQueue(OutboxStore store, bool isSpilling, TimeProvider time, ILogger logger)
{
    private const int MemoryLimit = 1024;
    private const int PageSize = 256;
    // A start must not wait for longer; what is not known by then only makes critical reports keep the order.
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(1);

    private readonly PriorityQueue<OutboxEntry, long> _fresh = new();
    private readonly PriorityQueue<OutboxEntry, long> _backlog = new();
    private readonly PutOffEntries _putOff = new(time);
    private readonly FreshOnDisk _freshOnDisk = new();
    private readonly HashSet<long> _freshOwed = [];
    private readonly OwedAnomalies _owed = AllOf(store, isSpilling);
    private bool _isSpilling = isSpilling;
    private long _lastReady;
    private long _readFailed;

    /// <summary>Also true at the start, when all that was recovered is still on disk.</summary>
    public bool IsRefillDue => _isSpilling && _backlog.Count <= PageSize
        && (_readFailed == 0 || time.GetElapsedTime(_readFailed) >= OutboxStore.RetryPause);

    /// <summary>How long until reading is tried again; the longest time when nothing waits for that.</summary>
    public TimeSpan TimeLeft()
    {
        var read = _readFailed == 0 ? TimeSpan.MaxValue : OutboxStore.RetryPause - time.GetElapsedTime(_readFailed);
        var putOff = _putOff.TimeLeft();
        return read < putOff ? read : putOff;
    }

    /// <summary>Whether an entry that was put off is to be sent again.</summary>
    public bool IsPutOffDue => _putOff.IsDue;

    /// <summary>Takes the youngest entry, or leaves it to the disk while memory is full.</summary>
    public void Add(OutboxEntry entry, bool isLinkUp)
    {
        entry.IsFresh = isLinkUp && entry.IsUrgent && _fresh.Count < MemoryLimit && !_owed.Has(entry.Anomaly);
        if (entry.IsFresh)
        {
            _fresh.Enqueue(entry, entry.Sequence);
            _freshOwed.Add(entry.Sequence);
            // Nothing older is left on disk, or the pages that are read later must leave it out.
            if (_isSpilling) _freshOnDisk.Add(entry.Sequence);
            else _lastReady = entry.Sequence;
            return;
        }
        _owed.Add(entry.Id);
        if (_backlog.Count >= MemoryLimit) _isSpilling = true;
        if (!_isSpilling) MakeReady(entry);
    }

    /// <summary>The entry is owed no more.</summary>
    public void Forget(OutboxEntry entry) => Forget(entry.Sequence, entry.Id);

    /// <summary>A row was given up: nothing waits for it any more.</summary>
    public void Forget(long sequence, string id)
    {
        if (!_freshOwed.Remove(sequence)) _owed.Remove(id);
    }

    /// <summary>Nothing at all is owed.</summary>
    public void ForgetAll()
    {
        _owed.Clear();
        _freshOwed.Clear();
    }

    /// <summary>Puts an entry that could not be sent back to its place, or aside until its time comes.</summary>
    public void Return(OutboxEntry entry)
    {
        if (entry.NotBefore > time.GetTimestamp())
            _putOff.Add(entry);
        else
            Enqueue(entry);
    }

    /// <summary>Brings back what was put off and is due.</summary>
    public void TakeBack()
    {
        while (_putOff.TryTakeDue(out var entry))
            Enqueue(entry);
    }

    /// <summary>The next entry of a lane. One that follows a report that was put off is put off with it.</summary>
    public bool TryPeek(bool isFresh, out OutboxEntry entry)
    {
        var lane = isFresh ? _fresh : _backlog;
        while (lane.TryPeek(out entry!, out _))
        {
            if (entry.IsDone || !_putOff.TryFollow(entry)) return true;
            lane.Dequeue();
        }
        return false;
    }

    public void RemoveFirst(bool isFresh) => (isFresh ? _fresh : _backlog).Dequeue();

    /// <summary>Reads entries back from disk when sending has caught up with those in memory.</summary>
    /// <param name="uncommitted">Entries that are not on disk, in order.</param>
    public void Refill(IReadOnlyList<OutboxEntry> uncommitted)
    {
        if (!IsRefillDue || !TryReadPage(out var page)) return;
        foreach (var entry in page)
            MakeReady(entry);
        if (page.Count == PageSize) return;
        // All that is on disk is in hand; what is younger has not been committed and is in memory anyway.
        foreach (var entry in uncommitted.Where(e => e.Sequence > _lastReady).ToList())
            MakeReady(entry);
        _isSpilling = false;
    }

    private void MakeReady(OutboxEntry entry)
    {
        _lastReady = entry.Sequence;
        // A fresh one is under way already.
        if (!entry.IsFresh && !_freshOnDisk.Take(entry.Sequence)) Enqueue(entry);
    }

    private void Enqueue(OutboxEntry entry) => (entry.IsFresh ? _fresh : _backlog).Enqueue(entry, entry.Sequence);

    private bool TryReadPage(out List<OutboxEntry> page)
    {
        try
        {
            page = store.ReadAfter(_lastReady, PageSize);
            _readFailed = 0;
            return true;
        }
        catch (SqliteException e)
        {
            if (_readFailed == 0) ReadFailed(e.Message);
            _readFailed = time.GetTimestamp();
            page = [];
            return false;
        }
    }

    /// <summary>Anomalies whose later reports may not go ahead.</summary>
    public int AnomaliesOwed => _owed.Count;

    private static OwedAnomalies AllOf(OutboxStore store, bool hasAny)
    {
        var owed = new OwedAnomalies();
        if (!hasAny) return owed;
        try
        {
            var isWhole = store.TryReadIds((_, id) => owed.Add(id), LookLimit);
            owed.IsPartial |= !isWhole;
        }
        catch (SqliteException)
        {
            // A store that cannot be read yet: what it owes is read back when it can be.
            owed.IsPartial = true;
        }
        return owed;
    }

    [LoggerMessage(LogLevel.Error, "owed events cannot be read back from disk: {Failure}. They stay owed, and reading is tried again")]
    private partial void ReadFailed(string failure);
}
