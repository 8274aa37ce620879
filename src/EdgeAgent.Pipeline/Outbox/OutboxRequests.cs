using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What other threads ask of the outbox: new events, what became of those under way, the state of the link and the wish to
/// stop. Everything is queued here until the outbox's owner takes it.
/// </summary>
/// <remarks>
/// One monitor. Anyone may ask; only the outbox's thread waits here, and while it does, whoever holds <see cref="Gate"/> may take.
/// Nothing comes in between a look at the queues and that sleep.
/// </remarks>
internal sealed class OutboxRequests
{
    private const int AppendLimit = 1024;
    private const int CrowdLimit = AppendLimit / 4;

    private readonly Queue<OutboxItem> _appended = new();
    private readonly Queue<OutboxItem> _delivered = new();
    private readonly Queue<(OutboxItem Item, string Reason)> _refused = new();
    private readonly Queue<(OutboxItem Item, long NotBefore)> _returned = new();
    private readonly Queue<EventReceipt> _repeated = new();
    private readonly Queue<TaskCompletionSource<OutboxReport>> _asked = new();
    private readonly Queue<Action> _work = new();
    private int _waitForRoom;
    private bool _isThreadWaiting;
    private long _waitsUntil;
    private volatile bool _isStopping;
    private volatile bool _isDraining;
    private volatile bool _isLinkUp;

    public object Gate { get; } = new();

    public bool IsStopping => _isStopping;

    public bool IsLinkUp => _isLinkUp;

    /// <summary>Whether all that was appended has been taken. Call under <see cref="Gate"/>.</summary>
    public bool IsAllTaken => _appended.Count == 0;

    /// <summary>Events that the outbox's thread has not taken yet. Call under <see cref="Gate"/>.</summary>
    public IReadOnlyCollection<OutboxItem> Appended => _appended;

    /// <summary>Threads that wait for room with an event each. Call under <see cref="Gate"/>.</summary>
    public int Waiting => _waitForRoom;

    /// <summary>Whether a lane waits for room. A look without the lock, so it may be a moment old.</summary>
    public bool IsAnyWaiting => Volatile.Read(ref _waitForRoom) > 0;

    /// <summary>
    /// Whether so much waits that whoever appends might soon have to wait, too. A look without the lock, so it may be a moment old.
    /// </summary>
    public bool IsCrowded => _appended.Count > CrowdLimit;

    /// <summary>
    /// Whether the outbox's thread sleeps, and would find nothing to take but new, delivered and repeated events. Call under
    /// <see cref="Gate"/>: whoever holds it then owns the outbox.
    /// </summary>
    public bool IsAtRest => _isThreadWaiting && !_isStopping && _refused.Count + _returned.Count + _asked.Count + _work.Count == 0;

    /// <summary>Takes an event over. Blocks while too many wait for the disk. Call under <see cref="Gate"/>, and signal.</summary>
    public void Append(OutboxItem item, bool waits = true)
    {
        while (waits && _appended.Count >= AppendLimit && !_isStopping && !_isDraining)
        {
            _waitForRoom++;
            Monitor.Wait(Gate);
            _waitForRoom--;
        }
        _appended.Enqueue(item);
    }

    /// <summary>Notes that an event was delivered. Call under <see cref="Gate"/>, and signal.</summary>
    public void Acknowledge(OutboxItem item) => _delivered.Enqueue(item);

    /// <summary>Lets the lanes finish what they hold even if the disk refuses: they are about to stop.</summary>
    public void LetPass()
    {
        _isDraining = true;
        lock (Gate) Monitor.PulseAll(Gate);
    }

    /// <summary>Asks to hold the receipt of a repeated message whose events may not be safe yet.</summary>
    public void Repeat(EventReceipt receipt) => Put(_repeated, receipt);

    /// <summary>Asks what the outbox holds. Answered between two turns.</summary>
    public Task<OutboxReport> Ask()
    {
        var answer = new TaskCompletionSource<OutboxReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        Put(_asked, answer);
        return answer.Task;
    }

    /// <summary>Has the outbox's own thread do something between two turns.</summary>
    public Task<T> Do<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Put(_work, () =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                // The caller gets the exception; the outbox goes on.
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void Refuse(OutboxItem item, string reason) => Put(_refused, (item, reason));

    /// <param name="item">What could not be sent.</param>
    /// <param name="notBefore">The instant of the monotonic clock before which it is not to be sent again; 0: at any time.</param>
    public void Return(OutboxItem item, long notBefore = 0) => Put(_returned, (item, notBefore));

    public void SetLink(bool isUp)
    {
        _isLinkUp = isUp;
        lock (Gate) Signal();
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
        _delivered.Count + _refused.Count + _returned.Count + _repeated.Count + _asked.Count + _work.Count > 0
            || (_appended.Count > 0 && hasRoom);

    /// <summary>Sleeps until something is asked, or the time is up. Call under <see cref="Gate"/>.</summary>
    public void Wait(int waitMs)
    {
        _isThreadWaiting = true;
        _waitsUntil = waitMs == Timeout.Infinite ? long.MaxValue : Environment.TickCount64 + waitMs;
        Monitor.Wait(Gate, waitMs);
        _isThreadWaiting = false;
    }

    /// <summary>Wakes threads that wait for room. Call under <see cref="Gate"/>.</summary>
    public void AnnounceRoom()
    {
        if (_waitForRoom > 0 && _appended.Count < AppendLimit) Monitor.PulseAll(Gate);
    }

    public bool TryTakeDelivered(out OutboxItem item) => _delivered.TryDequeue(out item!);

    public bool TryTakeRefused(out (OutboxItem Item, string Reason) refused) => _refused.TryDequeue(out refused);

    public bool TryTakeReturned(out (OutboxItem Item, long NotBefore) returned) => _returned.TryDequeue(out returned);

    public bool TryTakeRepeated(out EventReceipt receipt) => _repeated.TryDequeue(out receipt!);

    public bool TryTakeAsked(out TaskCompletionSource<OutboxReport> answer) => _asked.TryDequeue(out answer!);

    public bool TryTakeWork(out Action work) => _work.TryDequeue(out work!);

    public bool TryTakeAppended(out OutboxItem item) => _appended.TryDequeue(out item!);

    private void Put<T>(Queue<T> queue, T request)
    {
        lock (Gate)
        {
            queue.Enqueue(request);
            Signal();
        }
    }

    /// <summary>Wakes the outbox's thread if it would sleep for longer. Call under <see cref="Gate"/>.</summary>
    public void SignalWithin(int waitMs)
    {
        if (waitMs != Timeout.Infinite && Environment.TickCount64 + waitMs < _waitsUntil) Signal();
    }

    /// <summary>
    /// Wakes the outbox's thread if it sleeps. Threads that wait for room share the monitor, so then all are woken. Call under
    /// <see cref="Gate"/>.
    /// </summary>
    public void Signal()
    {
        if (!_isThreadWaiting) return;
        if (_waitForRoom > 0) Monitor.PulseAll(Gate);
        else Monitor.Pulse(Gate);
        // Whatever else comes before it runs needs no second call.
        _isThreadWaiting = false;
    }
}
