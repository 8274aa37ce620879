using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps the items that are next to be sent, fresh ones and the backlog, each oldest first. Fresh is a critical event that came
/// in while there was a link and of whose anomaly no earlier report is owed; the rest is backlog. What of the backlog is beyond memory's
/// limit spills: it stays on disk only, and is read back in order as sending makes room. Belongs to the outbox's owner.
/// </summary>
/// <param name="store">What is on disk.</param>
/// <param name="isSpilling">Whether something may be there.</param>
/// <param name="isShut">Whether the store could not be opened, as on a full disk. Until it can be read, what comes does not wait for what
/// it may hold, and goes ahead.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of trouble.</param>
internal sealed partial class ReadyQueue(OutboxStore store, bool isSpilling, bool isShut, TimeProvider time, ILogger logger)
{
    private const int MemoryLimit = 1024;
    private const int PageSize = 256;
    // A start must not wait for longer; what is not known by then only makes critical reports keep the order.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(1);

    private readonly PriorityQueue<OutboxItem, long> _fresh = new();
    private readonly PriorityQueue<OutboxItem, long> _backlog = new();
    private readonly PutOffEntries _putOff = new(time);
    private readonly FreshOnDisk _freshOnDisk = new();
    private readonly HashSet<long> _freshOwed = [];
    /// <summary>What went ahead while the store was shut, and may come to lie there.</summary>
    private readonly HashSet<long> _ahead = [];
    private readonly OwedAnomalies _owed = AllOf(store, isSpilling);
    private bool _isSpilling = isSpilling;
    private long _lastReady;
    private long _readFailed;

    /// <summary>The store has not been read yet, for it cannot be opened.</summary>
    private bool _isShut = isShut;

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

    /// <summary>Whether an item that was put off is to be sent again.</summary>
    public bool IsPutOffDue => _putOff.IsDue;

    /// <summary>Anomalies whose later reports may not go ahead.</summary>
    public int AnomaliesOwed => _owed.Count;

    /// <summary>Takes the youngest item, or leaves it to the disk while memory is full.</summary>
    public void Add(OutboxItem item, bool isLinkUp)
    {
        item.IsFresh = isLinkUp && item.Entry.IsUrgent && _fresh.Count < MemoryLimit && !_putOff.IsFullForFresh
            && !_owed.Has(item.Entry.Anomaly);
        if (item.IsFresh)
        {
            _fresh.Enqueue(item, item.Sequence);
            _freshOwed.Add(item.Sequence);
            // Nothing older is left on disk, or the pages that are read later must leave it out.
            if (_isSpilling) _freshOnDisk.Add(item.Sequence);
            else _lastReady = item.Sequence;
            return;
        }
        _owed.Add(item.Entry.Id);
        if (_isShut)
        {
            _ahead.Add(item.Sequence);
            Enqueue(item);
            return;
        }
        if (_backlog.Count >= MemoryLimit) _isSpilling = true;
        if (!_isSpilling) MakeReady(item);
    }

    /// <summary>Forgets an item that is owed no more.</summary>
    public void Forget(OutboxItem item)
    {
        // One with a row is met again when reading comes to it.
        if (!item.IsCommitted) _ahead.Remove(item.Sequence);
        Forget(item.Sequence, item.Entry.Id);
    }

    /// <summary>Forgets a row that was given up: nothing waits for it any more.</summary>
    public void Forget(long sequence, string id)
    {
        if (!_freshOwed.Remove(sequence)) _owed.Remove(id);
    }

    /// <summary>Forgets everything: nothing at all is owed.</summary>
    public void ForgetAll()
    {
        _owed.Clear();
        _freshOwed.Clear();
    }

    /// <summary>Puts an item that could not be sent back to its place, or aside until its time comes.</summary>
    public void Return(OutboxItem item, long notBefore)
    {
        if (notBefore > time.GetTimestamp()) _putOff.Add(item, notBefore);
        else Enqueue(item);
    }

    /// <summary>Brings back what was put off and is due.</summary>
    public void TakeBack()
    {
        while (_putOff.TryTakeDue(out var item))
            Enqueue(item);
    }

    /// <summary>The next item of a kind. One that follows a report that was put off is put off with it.</summary>
    public bool TryPeek(bool isFresh, out OutboxItem item)
    {
        item = null!;
        // What is put off is in memory, so its number is bounded: behind so many the backlog waits.
        if (!isFresh && _putOff.IsFull) return false;
        var queue = isFresh ? _fresh : _backlog;
        while (queue.TryPeek(out item!, out _))
        {
            if (item.IsDone || !_putOff.TryFollow(item)) return true;
            queue.Dequeue();
        }
        return false;
    }

    public void RemoveFirst(bool isFresh) => (isFresh ? _fresh : _backlog).Dequeue();

    /// <summary>Reads items back from disk when sending has caught up with those in memory.</summary>
    /// <param name="uncommitted">Items that are not on disk, in order.</param>
    /// <returns>Whether a store that could not be opened at the start has been read now.</returns>
    public bool Refill(IReadOnlyList<OutboxItem> uncommitted)
    {
        if (!IsRefillDue || !TryReadPage(out var page)) return false;
        var hasOpened = _isShut;
        _isShut = false;
        foreach (var row in page)
            MakeReady(new OutboxItem(row.Entry) { Sequence = row.Sequence, IsCommitted = true });
        if (page.Count == PageSize) return hasOpened;
        // All that is on disk is in hand; what is younger has not been committed and is in memory anyway.
        for (var i = 0; i < uncommitted.Count; i++)
            if (uncommitted[i].Sequence > _lastReady) MakeReady(uncommitted[i]);
        _isSpilling = false;
        _ahead.Clear();
        return hasOpened;
    }

    private void MakeReady(OutboxItem item)
    {
        _lastReady = item.Sequence;
        // A fresh one is under way already.
        if (!item.IsFresh && !_freshOnDisk.Take(item.Sequence) && !_ahead.Remove(item.Sequence)) Enqueue(item);
    }

    private void Enqueue(OutboxItem item) => (item.IsFresh ? _fresh : _backlog).Enqueue(item, item.Sequence);

    private bool TryReadPage(out List<StoredEvent> page)
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

    private static OwedAnomalies AllOf(OutboxStore store, bool hasAny)
    {
        var owed = new OwedAnomalies();
        if (!hasAny) return owed;
        try
        {
            var isWhole = store.TryReadIds((_, id) => owed.Add(id), ReadLimit);
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
