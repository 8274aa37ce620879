namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What is next to be sent, in two queues: fresh critical events, and everything else, each oldest first. Each holds a
/// bounded number. The outbox writes, one delivery reads; for any thread.
/// </summary>
internal sealed class SendQueue(int limit)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<OutboxItem, long> _fresh = new();
    private readonly PriorityQueue<OutboxItem, long> _backlog = new();
    private int _freshCount;
    private int _backlogCount;

    /// <summary>Called, on any thread, when there may be more to read, or an urgent event waits for a link. Must not block.</summary>
    public Action? Wake { get; set; }

    /// <summary>Offers an item; false while its queue is full. <see cref="Wake"/> is the caller's to call.</summary>
    public bool TryWrite(OutboxItem item)
    {
        lock (_gate)
        {
            if (QueueOf(item.IsFresh).Count >= limit) return false;
            Enqueue(item);
            return true;
        }
    }

    /// <summary>Puts back what was read and could not be sent now: it is the next again. There is always room for it.</summary>
    public void PutBack(OutboxItem item)
    {
        lock (_gate) Enqueue(item);
    }

    public bool HasRoom(bool isFresh) => Volatile.Read(ref isFresh ? ref _freshCount : ref _backlogCount) < limit;

    /// <summary>The next item: a fresh one where there is one.</summary>
    /// <param name="item">The item.</param>
    /// <param name="isFreshOnly">Leaves the backlog where it is.</param>
    public bool TryRead(out OutboxItem item, bool isFreshOnly = false)
    {
        if (Volatile.Read(ref _freshCount) == 0 && (isFreshOnly || Volatile.Read(ref _backlogCount) == 0))
        {
            item = null!;
            return false;
        }
        lock (_gate)
        {
            var isRead = _fresh.TryDequeue(out item!, out _) || (!isFreshOnly && _backlog.TryDequeue(out item!, out _));
            Count();
            return isRead;
        }
    }

    private void Enqueue(OutboxItem item)
    {
        QueueOf(item.IsFresh).Enqueue(item, item.Sequence);
        Count();
    }

    private void Count()
    {
        Volatile.Write(ref _freshCount, _fresh.Count);
        Volatile.Write(ref _backlogCount, _backlog.Count);
    }

    private PriorityQueue<OutboxItem, long> QueueOf(bool isFresh) => isFresh ? _fresh : _backlog;
}
