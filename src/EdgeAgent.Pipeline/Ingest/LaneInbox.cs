namespace EdgeAgent.Pipeline.Ingest;

/// <summary>
/// What waits for one lane. It needs no bound of its own: all batches there are belong to the pools of the sources,
/// whose number is fixed.
/// </summary>
/// <remarks>A monitor and not a channel: the lane is a thread that blocks, and waiting must not allocate.</remarks>
internal sealed class LaneInbox
{
    private readonly Queue<MessageBatch> _waiting = new(64);
    private bool _completed;

    public void Put(MessageBatch batch)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(batch);
            Monitor.Pulse(_waiting);
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

    /// <summary>Blocks until there is a batch; false when completed and empty.</summary>
    public bool TryTake(out MessageBatch batch)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_completed)
                Monitor.Wait(_waiting);
            return _waiting.TryDequeue(out batch!);
        }
    }
}
