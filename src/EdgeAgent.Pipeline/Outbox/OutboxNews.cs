using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What other threads tell the outbox: new events, what became of those under way, the state of the link and the wish to
/// stop. Everything to be taken is queued here until the outbox's thread sorts it.
/// </summary>
/// <remarks>
/// One monitor. Anyone may tell; only the outbox's thread waits and takes, and it holds <see cref="Gate"/> while it does,
/// so that nothing can come in between its look at the queues and its sleep.
/// </remarks>
internal sealed class OutboxNews
{
    private const int AppendLimit = 1024;

    private readonly Queue<OutboxEntry> _appended = new();
    private readonly Queue<OutboxEntry> _delivered = new();
    private readonly Queue<OutboxEntry> _refused = new();
    private readonly Queue<OutboxEntry> _returned = new();
    private readonly Queue<EventReceipt> _repeated = new();
    private readonly Queue<TaskCompletionSource<OutboxReport>> _asked = new();
    private readonly Queue<Action> _errands = new();
    private volatile bool _isStopping;
    private volatile bool _isDraining;
    private volatile bool _isLinkUp;

    public object Gate { get; } = new();

    public bool IsStopping => _isStopping;

    public bool IsLinkUp => _isLinkUp;

    /// <summary>Whether all that was appended has been taken. Call under <see cref="Gate"/>.</summary>
    public bool IsAllTaken => _appended.Count == 0;

    /// <summary>Events that no one has looked at yet. Call under <see cref="Gate"/>.</summary>
    public IEnumerable<OutboxEntry> Appended => _appended;

    /// <summary>Takes an event over. Blocks while too many wait for the disk.</summary>
    public void Append(OutboxEntry entry, bool waits = true)
    {
        lock (Gate)
        {
            while (waits && _appended.Count >= AppendLimit && !_isStopping && !_isDraining)
                Monitor.Wait(Gate);
            _appended.Enqueue(entry);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Lets the lanes finish what they hold even if the disk refuses: they are about to stop.</summary>
    public void LetPass()
    {
        _isDraining = true;
        lock (Gate)
            Monitor.PulseAll(Gate);
    }

    /// <summary>A message was repeated whose events may not be safe yet.</summary>
    public void Repeat(EventReceipt receipt)
    {
        lock (Gate)
        {
            _repeated.Enqueue(receipt);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Someone wants to know what there is; answered between two turns.</summary>
    public Task<OutboxReport> Ask()
    {
        var answer = new TaskCompletionSource<OutboxReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            _asked.Enqueue(answer);
            Monitor.PulseAll(Gate);
        }
        return answer.Task;
    }

    /// <summary>Something to be done by the outbox's own thread, between two turns.</summary>
    public Task<T> Do<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            _errands.Enqueue(() =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception e)
                {
                    // Who asked hears of it; the outbox goes on.
                    done.SetException(e);
                }
            });
            Monitor.PulseAll(Gate);
        }
        return done.Task;
    }

    public bool TryTakeErrand(out Action errand) => _errands.TryDequeue(out errand!);

    public void Acknowledge(OutboxEntry entry) => Tell(_delivered, entry);

    public void Refuse(OutboxEntry entry, string reason)
    {
        entry.RefusedBecause = reason;
        Tell(_refused, entry);
    }

    public void Return(OutboxEntry entry) => Tell(_returned, entry);

    public void SetLink(bool isUp)
    {
        _isLinkUp = isUp;
        lock (Gate)
            Monitor.PulseAll(Gate);
    }

    public void Stop()
    {
        lock (Gate)
        {
            _isStopping = true;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Whether something can be taken. Call under <see cref="Gate"/>.</summary>
    /// <param name="hasRoom">Whether new events can be taken in.</param>
    public bool HasAny(bool hasRoom) =>
        _delivered.Count + _refused.Count + _returned.Count + _repeated.Count + _asked.Count + _errands.Count > 0 || (_appended.Count > 0 && hasRoom);

    /// <summary>Sleeps until someone tells something, or the time is up. Call under <see cref="Gate"/>.</summary>
    public void Wait(int waitMs) => Monitor.Wait(Gate, waitMs);

    /// <summary>Wakes those who wait for room. Call under <see cref="Gate"/>.</summary>
    public void AnnounceRoom() => Monitor.PulseAll(Gate);

    public bool TryTakeDelivered(out OutboxEntry entry) => _delivered.TryDequeue(out entry!);

    public bool TryTakeRefused(out OutboxEntry entry) => _refused.TryDequeue(out entry!);

    public bool TryTakeReturned(out OutboxEntry entry) => _returned.TryDequeue(out entry!);

    public bool TryTakeRepeated(out EventReceipt receipt) => _repeated.TryDequeue(out receipt!);

    public bool TryTakeAsked(out TaskCompletionSource<OutboxReport> answer) => _asked.TryDequeue(out answer!);

    public bool TryTakeAppended(out OutboxEntry entry) => _appended.TryDequeue(out entry!);

    private void Tell(Queue<OutboxEntry> queue, OutboxEntry entry)
    {
        lock (Gate)
        {
            queue.Enqueue(entry);
            Monitor.PulseAll(Gate);
        }
    }
}
