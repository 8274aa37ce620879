using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>A publish that waits for its acknowledgement: an event, or the status, which has someone waiting for it.</summary>
/// <param name="Owed">The event.</param>
/// <param name="Waiter">Completed for the status; null for an event.</param>
/// <param name="SentAt">When, by the monotonic clock.</param>
internal readonly record struct PendingPublish(OwedEvent Owed, TaskCompletionSource? Waiter, long SentAt);

/// <summary>Keeps the publishes that wait for their acknowledgement, by packet id. For any thread.</summary>
internal sealed class PublishesUnderWay(int limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, PendingPublish> _pending = [];
    // In the order of sending; an id that is settled leaves when it comes to the front.
    private readonly Queue<(ushort Id, long SentAt)> _bySending = new();
    private ConnectionException? _end;
    private ushort _lastId;

    public bool HasRoom
    {
        get
        {
            lock (_gate) return _pending.Count < limit;
        }
    }

    /// <summary>Takes a free packet id for an event. The caller has seen that there is room.</summary>
    public ushort Begin(in OwedEvent owed)
    {
        lock (_gate) return Add(new PendingPublish(owed, Waiter: null, time.GetTimestamp()));
    }

    /// <summary>Takes a free packet id for a publish that someone waits for; false while there is no room.</summary>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public bool TryBegin(TaskCompletionSource waiter, out ushort id)
    {
        lock (_gate)
        {
            if (_end is not null) throw _end;
            id = 0;
            if (_pending.Count >= limit) return false;
            id = Add(new PendingPublish(default, waiter, time.GetTimestamp()));
            return true;
        }
    }

    /// <summary>Takes out what an acknowledgement is for; false when nothing of that id waits.</summary>
    public bool TryTake(ushort id, out PendingPublish pending)
    {
        lock (_gate) return _pending.Remove(id, out pending);
    }

    /// <summary>When the oldest that still waits was sent; null: none waits.</summary>
    public long? OldestSentAt()
    {
        lock (_gate)
        {
            while (_bySending.TryPeek(out var first))
            {
                if (_pending.TryGetValue(first.Id, out var pending) && pending.SentAt == first.SentAt) return first.SentAt;
                _bySending.Dequeue();
            }
            return null;
        }
    }

    /// <summary>Ends the wait of those who wait: the connection has ended. Events are taken back by their owner.</summary>
    public void Fail(ConnectionException end)
    {
        lock (_gate)
        {
            _end ??= end;
            foreach (var pending in _pending.Values)
                pending.Waiter?.TrySetException(_end);
        }
    }

    private ushort Add(in PendingPublish pending)
    {
        do _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
        while (_pending.ContainsKey(_lastId));
        _pending[_lastId] = pending;
        while (_bySending.TryPeek(out var first) && !_pending.ContainsKey(first.Id))
            _bySending.Dequeue();
        _bySending.Enqueue((_lastId, pending.SentAt));
        return _lastId;
    }
}
