namespace EdgeAgent.Pipeline.Ingest;

/// <summary>
/// What waits for one lane: batches, and errands of others that only the lane's thread may run. It needs no bound of its
/// own for batches: all there are belong to the pools of the sources, whose number is fixed.
/// </summary>
/// <remarks>A monitor and not a channel: the lane is a thread that blocks, and waiting must not allocate.</remarks>
internal sealed class LaneInbox
{
    /// <summary>Errands come from people and scrapers; a lane that is stuck must not pile them up.</summary>
    private const int ErrandLimit = 64;

    private readonly Queue<MessageBatch> _waiting = new(64);
    private readonly Queue<Action> _errands = new();
    private int _inHand;
    private long _messages;
    private bool _completed;

    /// <summary>Messages that wait or are in the lane's hand.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Whether the lane has something to do, or is doing it.</summary>
    public bool HasWork
    {
        get
        {
            lock (_waiting)
                return _messages > 0 || _errands.Count > 0;
        }
    }

    public void Put(MessageBatch batch)
    {
        lock (_waiting)
        {
            _messages += batch.Count;
            _waiting.Enqueue(batch);
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Has the lane's thread run something between two batches; it must not throw. False when the lane takes no more.</summary>
    public bool TryPost(Action errand)
    {
        lock (_waiting)
        {
            if (_completed || _errands.Count >= ErrandLimit) return false;
            _errands.Enqueue(errand);
            Monitor.Pulse(_waiting);
            return true;
        }
    }

    /// <summary>No more will come; what waits is still handed out.</summary>
    public void Complete()
    {
        lock (_waiting)
        {
            _completed = true;
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>
    /// Blocks until there is a batch; false when completed and empty. The batch before counts as done. Errands are run
    /// here, on the thread that takes.
    /// </summary>
    public bool TryTake(out MessageBatch batch)
    {
        while (true)
        {
            Action? errand;
            lock (_waiting)
            {
                _messages -= _inHand;
                _inHand = 0;
                while (_waiting.Count == 0 && _errands.Count == 0 && !_completed)
                    Monitor.Wait(_waiting);
                if (!_errands.TryDequeue(out errand))
                {
                    if (!_waiting.TryDequeue(out batch!)) return false;
                    _inHand = batch.Count;
                    return true;
                }
            }
            errand();
        }
    }
}
