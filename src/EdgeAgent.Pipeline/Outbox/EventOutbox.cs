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
    private long _removedSince;
    private long _diskFailed;
    private long _readFailed;
    private volatile bool _isLinkUp;
    private long _turns;

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

    /// <summary>Turns of the thread's loop: a thread that waits makes none.</summary>
    public long Turns => Volatile.Read(ref _turns);

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
            Volatile.Write(ref _turns, _turns + 1);
            stopping = TakeNews();
            // One last try, even if the disk has just refused.
            if (stopping || IsCommitDue() || (_stopping && _diskFailed != 0)) Commit();
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
            while (!_stopping && !HasNews() && !IsCommitDue() && !IsRefillDue() && !CanOffer())
                Monitor.Wait(_gate, WaitMs());
            while (_delivered.TryDequeue(out var entry)) Finish(entry, ref Counters.Delivered);
            while (_refused.TryDequeue(out var entry)) Finish(entry, ref Counters.DroppedRefused);
            while (_returned.TryDequeue(out var entry)) _ready.Enqueue(entry, entry.Sequence);
            _uncommitted.RemoveAll(e => e.IsDone);
            // While the disk refuses, events wait in memory up to the group's limit; then the lanes wait.
            while (_uncommitted.Count < GroupLimit && _appended.TryDequeue(out var entry)) TakeIn(entry);
            Monitor.PulseAll(_gate);
            return _stopping && _appended.Count == 0;
        }
    }

    private bool HasNews() =>
        _delivered.Count + _refused.Count + _returned.Count > 0 || (_appended.Count > 0 && _uncommitted.Count < GroupLimit);

    private void TakeIn(OutboxEntry entry)
    {
        Counters.Appended++;
        entry.Sequence = ++_lastSequence;
        entry.TakenAt = _time.GetTimestamp();
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
        if (_removed.Count == 0) _removedSince = _time.GetTimestamp();
        _removed.Add(entry.Sequence);
        Counters.StoredBytes -= entry.StoredBytes;
    }

    private bool IsCommitDue()
    {
        if (_diskFailed != 0 && _time.GetElapsedTime(_diskFailed) < DiskRetryPause) return false;
        return IsGroupDue() || (_removed.Count > 0 && _time.GetElapsedTime(_removedSince) >= _options.GroupCommit);
    }

    /// <summary>Each event has its own time for its acknowledgement: the group is due when its oldest has waited that long.</summary>
    private bool IsGroupDue() => _uncommitted.Count > 0
        && (!_isLinkUp || _uncommitted.Count >= GroupLimit || _time.GetElapsedTime(_uncommitted[0].TakenAt) >= _options.GroupCommit);

    /// <summary>Also true at the start, when all that was recovered is still on disk.</summary>
    private bool IsRefillDue() => _isSpilling && _ready.Count <= PageSize
        && (_readFailed == 0 || _time.GetElapsedTime(_readFailed) >= DiskRetryPause);

    private int WaitMs()
    {
        var left = TimeSpan.MaxValue;
        if (_uncommitted.Count > 0) left = _options.GroupCommit - _time.GetElapsedTime(_uncommitted[0].TakenAt);
        if (_removed.Count > 0) left = Shorter(left, _options.GroupCommit - _time.GetElapsedTime(_removedSince));
        if (_diskFailed != 0 && left != TimeSpan.MaxValue) left = DiskRetryPause - _time.GetElapsedTime(_diskFailed);
        if (_readFailed != 0) left = Shorter(left, DiskRetryPause - _time.GetElapsedTime(_readFailed));
        return left == TimeSpan.MaxValue ? Timeout.Infinite : Math.Max(1, (int)Math.Ceiling(left.TotalMilliseconds));
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Commit()
    {
        // What was acknowledged in time never touches the disk, and a removal that is due does not take the young with it.
        _uncommitted.RemoveAll(e => e.IsDone);
        var isGroupDue = _stopping || IsGroupDue();
        if ((isGroupDue ? _uncommitted.Count : 0) + _removed.Count == 0) return;
        try
        {
            _store.Commit(isGroupDue ? _uncommitted : [], _removed);
            _diskFailed = 0;
            Counters.Commits++;
            if (isGroupDue) MarkCommitted();
            var hasDrained = _removed.Count > 0 && Counters.StoredBytes == 0;
            _removed.Clear();
            if (Counters.StoredBytes > _options.BufferSize) DropOldest();
            if (hasDrained) _store.GiveSpaceBack();
        }
        catch (SqliteException e)
        {
            if (_diskFailed == 0) CommitFailed(e.Message, _uncommitted.Count);
            _diskFailed = _time.GetTimestamp();
            Counters.CommitFailures++;
        }
    }

    private void MarkCommitted()
    {
        foreach (var entry in _uncommitted)
        {
            entry.IsCommitted = true;
            entry.MarkSafe();
            Counters.Stored++;
            Counters.StoredBytes += entry.StoredBytes;
        }
        _uncommitted.Clear();
    }

    private void DropOldest()
    {
        while (Counters.StoredBytes > _options.BufferSize)
        {
            var oldest = _store.ReadAfter(0, PageSize);
            if (oldest.Count == 0) return;
            var (dropped, left) = (0, Counters.StoredBytes);
            for (; dropped < oldest.Count && left > _options.BufferSize; dropped++)
                left -= oldest[dropped].StoredBytes;
            _store.Commit([], oldest.Take(dropped).Select(e => e.Sequence));
            Counters.StoredBytes = left;
            _droppedUpTo = oldest[dropped - 1].Sequence;
            Counters.DroppedFull += dropped;
            EventsDroppedFull(dropped, _options.BufferSize);
        }
    }

    /// <summary>Reads entries back from disk when sending has caught up with those in memory.</summary>
    private void Refill()
    {
        if (!IsRefillDue() || !TryReadPage(out var page)) return;
        foreach (var entry in page)
            MakeReady(entry);
        if (page.Count == PageSize) return;
        // All that is on disk is in hand; what is younger has not been committed and is in memory anyway.
        foreach (var entry in _uncommitted.Where(e => e.Sequence > _lastReady).ToList())
            MakeReady(entry);
        _isSpilling = false;
    }

    private bool TryReadPage(out List<OutboxEntry> page)
    {
        try
        {
            page = _store.ReadAfter(_lastReady, PageSize);
            _readFailed = 0;
            return true;
        }
        catch (SqliteException e)
        {
            if (_readFailed == 0) ReadFailed(e.Message);
            _readFailed = _time.GetTimestamp();
            page = [];
            return false;
        }
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

    [LoggerMessage(LogLevel.Error, "owed events cannot be read back from disk: {Failure}. They stay owed, and reading is tried again")]
    private partial void ReadFailed(string failure);

    [LoggerMessage(LogLevel.Error, "the outbox is full ({Limit} bytes): the {Count} oldest events were dropped; raise upstream.buffer.size or see why upstream is away")]
    private partial void EventsDroppedFull(int count, long limit);
}
