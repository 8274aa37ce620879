using System.Threading.Channels;
using EdgeAgent.Pipeline.Upstream;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps events until upstream has acknowledged them. While the link is up an event is offered for sending at once and
/// waits a moment for its acknowledgement; what is not acknowledged by then is committed to disk, many in one commit.
/// An event is safe, and its reading may be acknowledged, when either has happened.
/// </summary>
/// <remarks>
/// One thread owns the store and all state below <see cref="_gate"/>'s queues. Entries beyond what memory may hold stay
/// on disk only and are read back in order as sending makes room.
/// </remarks>
internal sealed partial class EventOutbox : IDisposable
{
    private const int AppendLimit = 1024;
    private const int MemoryLimit = 1024;
    private const int PageSize = 256;
    private const int GroupLimit = 256;
    private static readonly TimeSpan DiskRetryPause = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Queue<OutboxEntry> _appended = new();
    private readonly Queue<OutboxEntry> _delivered = new();
    private readonly Queue<OutboxEntry> _refused = new();
    private readonly Queue<OutboxEntry> _returned = new();
    private volatile bool _stopping;

    private readonly OutboxStore _store;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<OutboxEntry> _owed;
    private readonly List<OutboxEntry> _uncommitted = [];
    private readonly List<long> _removed = [];
    private readonly PriorityQueue<OutboxEntry, long> _ready = new();
    private readonly Thread _thread;
    private bool _isSpilling;
    private long _lastReady;
    private long _lastSequence;
    private long _droppedUpTo;
    private long _groupStarted;
    private long _diskFailed;
    private volatile bool _isLinkUp;

    public EventOutbox(OutboxStore store, UpstreamOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        // Full: the entry stays with the outbox, which offers it again when sending has made room.
        _owed = Channel.CreateBounded<OutboxEntry>(new BoundedChannelOptions(options.InFlightLimit) { SingleReader = true, SingleWriter = true });
        (Counters.Recovered, Counters.StoredBytes, _lastSequence) = store.Measure();
        _isSpilling = Counters.Recovered > 0;
        _thread = new Thread(Run) { Name = "outbox", IsBackground = true };
        _thread.Start();
    }

    public OutboxCounters Counters { get; } = new();

    /// <summary>Entries to send, oldest first.</summary>
    public ChannelReader<OutboxEntry> Owed => _owed.Reader;

    /// <summary>Takes an event over. Blocks while too many wait for the disk, which slows the lanes and so the input.</summary>
    public void Append(OutboxEntry entry)
    {
        lock (_gate)
        {
            while (_appended.Count >= AppendLimit && !_stopping)
                Monitor.Wait(_gate);
            _appended.Enqueue(entry);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Upstream has acknowledged the entry.</summary>
    public void Acknowledge(OutboxEntry entry) => Tell(_delivered, entry);

    /// <summary>Upstream refuses the entry for ever.</summary>
    public void Refuse(OutboxEntry entry) => Tell(_refused, entry);

    /// <summary>The entry could not be sent; it keeps its place in the order.</summary>
    public void Return(OutboxEntry entry) => Tell(_returned, entry);

    /// <summary>Whether waiting for an acknowledgement makes sense; without a link events go to disk at once.</summary>
    public void SetLink(bool isUp)
    {
        _isLinkUp = isUp;
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Commits what is not on disk and stops. What is still appended afterwards is not taken.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
        _owed.Writer.TryComplete();
    }

    public void Dispose()
    {
        if (_thread.IsAlive) Stop();
        _store.Dispose();
    }

    private void Tell(Queue<OutboxEntry> queue, OutboxEntry entry)
    {
        lock (_gate)
        {
            queue.Enqueue(entry);
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var stopping = false;
        while (!stopping)
        {
            stopping = TakeNews();
            if (stopping || IsCommitDue()) Commit();
            // A disk that refuses must not keep the agent from stopping: what is unsafe was never acknowledged.
            if (_stopping && _diskFailed != 0) return;
            Refill();
            Offer();
        }
    }

    /// <summary>Waits until there is something to do, and sorts what has come in; true when it is time to stop.</summary>
    private bool TakeNews()
    {
        lock (_gate)
        {
            while (!_stopping && _appended.Count + _delivered.Count + _refused.Count + _returned.Count == 0 && !IsCommitDue() && !CanOffer())
                Monitor.Wait(_gate, WaitMs());
            while (_delivered.TryDequeue(out var entry)) Finish(entry, ref Counters.Delivered);
            while (_refused.TryDequeue(out var entry)) Finish(entry, ref Counters.DroppedRefused);
            while (_returned.TryDequeue(out var entry)) _ready.Enqueue(entry, entry.Sequence);
            // While the disk refuses, events wait in memory up to the group's limit; then the lanes wait.
            while (_uncommitted.Count < GroupLimit && _appended.TryDequeue(out var entry)) TakeIn(entry);
            Monitor.PulseAll(_gate);
            return _stopping && _appended.Count == 0;
        }
    }

    private void TakeIn(OutboxEntry entry)
    {
        Counters.Appended++;
        entry.Sequence = ++_lastSequence;
        if (_uncommitted.Count == 0) _groupStarted = _time.GetTimestamp();
        _uncommitted.Add(entry);
        if (_ready.Count >= MemoryLimit) _isSpilling = true;
        if (!_isSpilling) MakeReady(entry);
    }

    private void MakeReady(OutboxEntry entry)
    {
        _ready.Enqueue(entry, entry.Sequence);
        _lastReady = entry.Sequence;
    }

    private void Finish(OutboxEntry entry, ref long counter)
    {
        if (entry.IsDone || entry.Sequence <= _droppedUpTo) return;
        entry.IsDone = true;
        counter++;
        entry.MarkSafe();
        if (!entry.IsCommitted) return;
        if (_removed.Count == 0 && _uncommitted.Count == 0) _groupStarted = _time.GetTimestamp();
        _removed.Add(entry.Sequence);
        Counters.StoredBytes -= entry.StoredBytes;
    }

    private bool IsCommitDue()
    {
        if (_uncommitted.Count + _removed.Count == 0) return false;
        if (_diskFailed != 0 && _time.GetElapsedTime(_diskFailed) < DiskRetryPause) return false;
        return _uncommitted.Count >= GroupLimit || (!_isLinkUp && _uncommitted.Count > 0)
            || _time.GetElapsedTime(_groupStarted) >= _options.GroupCommit;
    }

    private int WaitMs()
    {
        if (_uncommitted.Count + _removed.Count == 0) return Timeout.Infinite;
        var left = _options.GroupCommit - _time.GetElapsedTime(_groupStarted);
        if (_diskFailed != 0) left = DiskRetryPause - _time.GetElapsedTime(_diskFailed);
        return Math.Max(1, (int)Math.Ceiling(left.TotalMilliseconds));
    }

    private void Commit()
    {
        // What was acknowledged in time never touches the disk.
        _uncommitted.RemoveAll(e => e.IsDone);
        if (_uncommitted.Count + _removed.Count == 0) return;
        try
        {
            _store.Commit(_uncommitted, _removed);
            _diskFailed = 0;
            Counters.Commits++;
        }
        catch (SqliteException e)
        {
            if (_diskFailed == 0) CommitFailed(e.Message, _uncommitted.Count);
            _diskFailed = _time.GetTimestamp();
            Counters.CommitFailures++;
            return;
        }
        foreach (var entry in _uncommitted)
        {
            entry.IsCommitted = true;
            entry.MarkSafe();
            Counters.Stored++;
            Counters.StoredBytes += entry.StoredBytes;
        }
        var hasDrained = _removed.Count > 0 && Counters.StoredBytes == 0;
        _uncommitted.Clear();
        _removed.Clear();
        if (Counters.StoredBytes > _options.BufferSize) DropOldest();
        if (hasDrained) _store.GiveSpaceBack();
    }

    private void DropOldest()
    {
        while (Counters.StoredBytes > _options.BufferSize)
        {
            var oldest = _store.ReadAfter(0, PageSize);
            if (oldest.Count == 0) return;
            var dropped = 0;
            for (; dropped < oldest.Count && Counters.StoredBytes > _options.BufferSize; dropped++)
                Counters.StoredBytes -= oldest[dropped].StoredBytes;
            _store.Commit([], oldest.Take(dropped).Select(e => e.Sequence));
            _droppedUpTo = oldest[dropped - 1].Sequence;
            Counters.DroppedFull += dropped;
            EventsDroppedFull(dropped, _options.BufferSize);
        }
    }

    /// <summary>Reads entries back from disk when sending has caught up with those in memory.</summary>
    private void Refill()
    {
        if (!_isSpilling || _ready.Count > PageSize) return;
        var page = _store.ReadAfter(_lastReady, PageSize);
        foreach (var entry in page)
            MakeReady(entry);
        if (page.Count == PageSize) return;
        // All that is on disk is in hand; what is younger has not been committed and is in memory anyway.
        foreach (var entry in _uncommitted.Where(e => e.Sequence > _lastReady).ToList())
            MakeReady(entry);
        _isSpilling = false;
    }

    private bool CanOffer() => _isLinkUp && _ready.Count > 0 && _owed.Reader.Count < _options.InFlightLimit;

    private void Offer()
    {
        while (_isLinkUp && _ready.TryPeek(out var entry, out _))
        {
            if (entry.IsDone || entry.Sequence <= _droppedUpTo)
            {
                _ready.Dequeue();
                continue;
            }
            if (_time.GetUtcNow().UtcTicks - entry.CreatedTicks > _options.BufferKeep.Ticks)
            {
                _ready.Dequeue();
                Finish(entry, ref Counters.DroppedExpired);
                continue;
            }
            if (!_owed.Writer.TryWrite(entry)) return;
            _ready.Dequeue();
        }
    }

    [LoggerMessage(LogLevel.Error, "events cannot be written to disk: {Failure}. {Count} wait in memory, and the input waits with them")]
    private partial void CommitFailed(string failure, int count);

    [LoggerMessage(LogLevel.Error, "the outbox is full ({Limit} bytes): the {Count} oldest events were dropped; raise upstream.buffer.size or see why upstream is away")]
    private partial void EventsDroppedFull(int count, long limit);
}
