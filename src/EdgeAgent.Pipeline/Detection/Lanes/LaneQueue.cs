using System.Diagnostics;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// What waits for one lane, and who runs it: one thread at a time. A source's thread runs an idle lane itself, to the end, which
/// saves a hand-over; what would take long, or comes while the lane is busy, waits for the lane's own thread.
/// </summary>
/// <remarks>
/// It needs no bound of its own for batches: all there are belong to the pools of the sources, whose number is fixed. A monitor
/// and not a channel: threads that wait here must not allocate.
/// </remarks>
internal sealed class LaneQueue : IRowReceiver
{
    /// <summary>Requests come from people and scrapers; a lane that is stuck must not pile them up.</summary>
    private const int RequestLimit = 64;

    /// <summary>A source's thread has a connection to keep alive and other lanes to serve.</summary>
    private static readonly TimeSpan InlineLimit = TimeSpan.FromMilliseconds(4);

    private readonly Lane _lane;
    private readonly Action<Exception> _failed;
    private readonly object _gate = new();
    private readonly Queue<RowBatch> _waiting = new(16);
    private readonly Queue<Action> _requests = new();
    /// <summary>For ever once the lane has broken: nothing may judge behind what was lost.</summary>
    private bool _isOwned;
    private bool _isBroken;
    private bool _isCompleted;
    private long _messages;
    private double _ticksPerRow;

    /// <param name="lane">The lane.</param>
    /// <param name="failed">Told when it has broken; nothing runs on it any more.</param>
    public LaneQueue(Lane lane, Action<Exception> failed) => (_lane, _failed) = (lane, failed);

    /// <summary>Messages that wait or are being judged.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Batches that a source's own thread has run.</summary>
    public long RunInline { get; private set; }

    /// <summary>Whether the lane has something to do, or is doing it.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate) return _isOwned || Messages > 0 || _requests.Count > 0;
        }
    }

    public void Put(RowBatch batch)
    {
        lock (_gate)
        {
            Interlocked.Add(ref _messages, batch.Count);
            if (_isOwned || _waiting.Count > 0 || _requests.Count > 0 || _isCompleted || TakesLong(batch))
            {
                _waiting.Enqueue(batch);
                if (!_isOwned) Monitor.Pulse(_gate);
                return;
            }
            _isOwned = true;
            RunInline++;
        }
        if (!Run(batch)) return;
        lock (_gate) Release();
    }

    /// <summary>Has the lane do something between two batches; it must not throw. False when the lane takes no more.</summary>
    /// <param name="request">What it does.</param>
    /// <param name="isBounded">Whether it may be refused because many wait already.</param>
    public bool TryPost(Action request, bool isBounded = true)
    {
        lock (_gate)
        {
            if (_isCompleted || _isBroken || (isBounded && _requests.Count >= RequestLimit)) return false;
            _requests.Enqueue(request);
            if (!_isOwned) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>No more will come; what waits is still run.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Runs what waits until the queue is completed and empty, or the lane breaks: the body of the lane's own thread.</summary>
    public void RunAll()
    {
        while (true)
        {
            Action? request;
            RowBatch? batch = null;
            lock (_gate)
            {
                while (_isOwned || (_waiting.Count == 0 && _requests.Count == 0))
                {
                    if (_isBroken || (_isCompleted && !_isOwned)) return;
                    Monitor.Wait(_gate);
                }
                if (!_requests.TryDequeue(out request)) batch = _waiting.Dequeue();
                _isOwned = true;
            }
            if (batch is null) request!();
            else if (!Run(batch)) return;
            lock (_gate) Release();
        }
    }

    /// <summary>Call under the gate.</summary>
    private void Release()
    {
        _isOwned = false;
        if (_waiting.Count > 0 || _requests.Count > 0 || _isCompleted) Monitor.Pulse(_gate);
    }

    private bool TakesLong(RowBatch batch) => batch.RowCount * _ticksPerRow > InlineLimit.Ticks || _lane.MayBlock;

    /// <summary>False: the lane has broken.</summary>
    private bool Run(RowBatch batch)
    {
        try
        {
            var (began, rows, messages) = (Stopwatch.GetTimestamp(), batch.RowCount, batch.Count);
            _lane.Take(batch);
            batch.Return();
            Learn(Stopwatch.GetElapsedTime(began).Ticks, rows);
            Interlocked.Add(ref _messages, -messages);
            return true;
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _isBroken = true;
                Monitor.PulseAll(_gate);
            }
            // A broken invariant: the process is to end, so that its supervisor restarts it.
            _failed(e);
            return false;
        }
    }

    /// <summary>How long a reading takes, by the last few batches.</summary>
    private void Learn(long ticks, int rows)
    {
        const double Weight = 0.1;
        if (rows > 0) _ticksPerRow += Weight * ((double)ticks / rows - _ticksPerRow);
    }
}
