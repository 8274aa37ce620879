using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Entries that are next to be sent, oldest first. Those beyond what memory may hold spill: they stay on disk only, and
/// are read back in order as sending makes room. Belongs to the outbox's thread.
/// </summary>
internal sealed partial class ReadyQueue(OutboxStore store, bool isSpilling, TimeProvider time, ILogger logger)
{
    private const int MemoryLimit = 1024;
    private const int PageSize = 256;

    private readonly PriorityQueue<OutboxEntry, long> _entries = new();
    private readonly PriorityQueue<OutboxEntry, long> _putOff = new();
    private bool _isSpilling = isSpilling;
    private long _lastReady;
    private long _readFailed;

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Also true at the start, when all that was recovered is still on disk.</summary>
    public bool IsRefillDue => _isSpilling && _entries.Count <= PageSize
        && (_readFailed == 0 || time.GetElapsedTime(_readFailed) >= OutboxStore.RetryPause);

    /// <summary>How long until reading is tried again; the longest time when nothing waits for that.</summary>
    public TimeSpan TimeLeft()
    {
        var read = _readFailed == 0 ? TimeSpan.MaxValue : OutboxStore.RetryPause - time.GetElapsedTime(_readFailed);
        var putOff = _putOff.TryPeek(out _, out var due) ? time.GetElapsedTime(time.GetTimestamp(), due) : TimeSpan.MaxValue;
        return read < putOff ? read : putOff;
    }

    /// <summary>Whether an entry that was put off is to be sent again.</summary>
    public bool IsPutOffDue => _putOff.TryPeek(out _, out var due) && due <= time.GetTimestamp();

    /// <summary>Takes the youngest entry, or leaves it to the disk while memory is full.</summary>
    public void Add(OutboxEntry entry)
    {
        if (_entries.Count >= MemoryLimit) _isSpilling = true;
        if (!_isSpilling) MakeReady(entry);
    }

    /// <summary>Puts an entry that could not be sent back to its place, or aside until its time comes.</summary>
    public void Return(OutboxEntry entry)
    {
        if (entry.NotBefore > time.GetTimestamp())
            _putOff.Enqueue(entry, entry.NotBefore);
        else
            _entries.Enqueue(entry, entry.Sequence);
    }

    /// <summary>Brings back what was put off and is due.</summary>
    public void TakeBack()
    {
        while (IsPutOffDue)
        {
            var entry = _putOff.Dequeue();
            _entries.Enqueue(entry, entry.Sequence);
        }
    }

    public bool TryPeek(out OutboxEntry entry) => _entries.TryPeek(out entry!, out _);

    public void RemoveFirst() => _entries.Dequeue();

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
        _entries.Enqueue(entry, entry.Sequence);
        _lastReady = entry.Sequence;
    }

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

    [LoggerMessage(LogLevel.Error, "owed events cannot be read back from disk: {Failure}. They stay owed, and reading is tried again")]
    private partial void ReadFailed(string failure);
}
