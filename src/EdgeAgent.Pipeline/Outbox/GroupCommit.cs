using EdgeAgent.Pipeline.Upstream;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Writes many entries, and the removal of those that are done, in one commit. An entry that is done before its group is
/// due never touches the disk. While the disk refuses, everything is kept and tried again. Belongs to the outbox's thread.
/// </summary>
internal sealed partial class GroupCommit(
    OutboxStore store, UpstreamOptions options, OutboxCounters counters, TimeProvider time, ILogger logger)
{
    private const int GroupLimit = 256;
    private const int DropPage = 256;
    private const int FailuresPerLine = 60;

    private readonly List<OutboxEntry> _uncommitted = [];
    private readonly List<long> _removed = [];
    private long _removedSince;
    private long _diskFailed;
    private long _droppedUpTo;

    /// <summary>What is not on disk, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Uncommitted => _uncommitted;

    /// <summary>While the disk refuses, entries wait in memory up to the group's limit; then the lanes wait.</summary>
    public bool HasRoom => _uncommitted.Count < GroupLimit;

    public bool IsDiskRefusing => _diskFailed != 0;

    public bool IsDue(bool isLinkUp)
    {
        if (_diskFailed != 0 && time.GetElapsedTime(_diskFailed) < OutboxStore.RetryPause) return false;
        return IsGroupDue(isLinkUp) || (_removed.Count > 0 && time.GetElapsedTime(_removedSince) >= options.GroupCommit);
    }

    /// <summary>How long until a commit is due; the longest time when there is nothing to commit.</summary>
    public TimeSpan TimeLeft()
    {
        if (_uncommitted.Count + _removed.Count == 0) return TimeSpan.MaxValue;
        if (_diskFailed != 0) return OutboxStore.RetryPause - time.GetElapsedTime(_diskFailed);
        var group = _uncommitted.Count > 0 ? options.GroupCommit - time.GetElapsedTime(_uncommitted[0].TakenAt) : TimeSpan.MaxValue;
        var removal = _removed.Count > 0 ? options.GroupCommit - time.GetElapsedTime(_removedSince) : TimeSpan.MaxValue;
        return group < removal ? group : removal;
    }

    public void Add(OutboxEntry entry) => _uncommitted.Add(entry);

    /// <summary>Takes an entry that is done off the disk with the next commit.</summary>
    public void Remove(OutboxEntry entry)
    {
        if (!entry.IsCommitted) return;
        if (_removed.Count == 0) _removedSince = time.GetTimestamp();
        _removed.Add(entry.Sequence);
        counters.StoredBytes -= entry.StoredBytes;
        counters.OnDisk--;
    }

    /// <summary>Lets go of what was acknowledged before it had to be written.</summary>
    public void ForgetDone() => _uncommitted.RemoveAll(e => e.IsDone);

    /// <summary>Whether the entry had to make room on a full disk.</summary>
    public bool HasDropped(OutboxEntry entry) => entry.Sequence <= _droppedUpTo;

    /// <summary>Commits what is due; when stopping, everything.</summary>
    public void Run(bool isLinkUp, bool isStopping)
    {
        // What was acknowledged in time never touches the disk, and a removal that is due does not take the young with it.
        ForgetDone();
        var isGroupDue = isStopping || IsGroupDue(isLinkUp);
        if ((isGroupDue ? _uncommitted.Count : 0) + _removed.Count == 0) return;
        try
        {
            store.Commit(isGroupDue ? _uncommitted : [], _removed);
            if (_diskFailed != 0) CommitsAgain();
            _diskFailed = 0;
            counters.IsDiskRefusing = false;
            counters.Commits++;
            if (isGroupDue) MarkCommitted();
            var hasDrained = _removed.Count > 0 && counters.StoredBytes == 0;
            _removed.Clear();
            if (counters.StoredBytes > options.BufferSize) DropOldest();
            if (hasDrained) store.GiveSpaceBack();
            counters.WrittenBytes = store.WrittenBytes;
        }
        catch (SqliteException e)
        {
            // At first and then about once a minute: a disk that stays full must not be forgotten, nor fill the log.
            if (_diskFailed == 0 || counters.CommitFailures % FailuresPerLine == 0) CommitFailed(e.Message, _uncommitted.Count);
            _diskFailed = time.GetTimestamp();
            counters.IsDiskRefusing = true;
            counters.CommitFailures++;
        }
    }

    /// <summary>Each event has its own time for its acknowledgement: the group is due when its oldest has waited that long.</summary>
    private bool IsGroupDue(bool isLinkUp) => _uncommitted.Count > 0
        && (!isLinkUp || !HasRoom || time.GetElapsedTime(_uncommitted[0].TakenAt) >= options.GroupCommit);

    private void MarkCommitted()
    {
        foreach (var entry in _uncommitted)
        {
            entry.IsCommitted = true;
            entry.MarkSafe();
            counters.Stored++;
            counters.OnDisk++;
            counters.StoredBytes += entry.StoredBytes;
        }
        _uncommitted.Clear();
    }

    private void DropOldest()
    {
        while (counters.StoredBytes > options.BufferSize)
        {
            var oldest = store.ReadAfter(0, DropPage);
            if (oldest.Count == 0) return;
            var (dropped, left) = (0, counters.StoredBytes);
            for (; dropped < oldest.Count && left > options.BufferSize; dropped++)
                left -= oldest[dropped].StoredBytes;
            store.Commit([], oldest.Take(dropped).Select(e => e.Sequence));
            counters.StoredBytes = left;
            _droppedUpTo = oldest[dropped - 1].Sequence;
            counters.DroppedFull += dropped;
            counters.OnDisk -= dropped;
            EventsDroppedFull(dropped, options.BufferSize);
        }
    }

    [LoggerMessage(LogLevel.Error, "events cannot be written to disk: {Failure}. At least {Count} wait in memory, and the input waits with them")]
    private partial void CommitFailed(string failure, int count);

    [LoggerMessage(LogLevel.Information, "events are written to disk again")]
    private partial void CommitsAgain();

    [LoggerMessage(LogLevel.Error, "the outbox is full ({Limit} bytes): the {Count} oldest events were dropped; raise upstream.buffer.size or see why upstream is away")]
    private partial void EventsDroppedFull(int count, long limit);
}
