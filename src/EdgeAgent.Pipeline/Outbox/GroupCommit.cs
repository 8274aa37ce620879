using EdgeAgent.Pipeline.Upstream;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Writes many entries, and the removal of those that are done, in one commit. An entry that is done before its group is
/// due never touches the disk. While the disk refuses, everything is kept and tried again. Belongs to the outbox's thread.
/// </summary>
internal sealed partial class GroupCommit(
    OutboxStore store, UpstreamOptions options, OutboxCounters counters, StoreBounds bounds, DiskBooks books, TimeProvider time, ILogger logger)
{
    private const int GroupLimit = 256;
    private const int FailuresPerLine = 60;

    private readonly BufferBudget _budget = new(options.BufferSize);
    private readonly List<OutboxEntry> _uncommitted = [];
    private readonly List<long> _removed = [];
    private long _removedSince;
    private long _diskFailed;
    private long _foundFull;

    /// <summary>What is not on disk, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Uncommitted => _uncommitted;

    /// <summary>While the disk refuses, entries wait in memory up to the group's limit; then the lanes wait.</summary>
    public bool HasRoom => _uncommitted.Count < GroupLimit;

    public bool IsDiskRefusing => _diskFailed != 0;

    /// <summary>Whether the disk has been left alone for long enough since it last refused.</summary>
    public bool MayTry => _diskFailed == 0 || time.GetElapsedTime(_diskFailed) >= OutboxStore.RetryPause;

    public bool IsDue(bool isLinkUp)
    {
        if (!MayTry) return false;
        return IsGroupDue(isLinkUp) || (_removed.Count > 0 && time.GetElapsedTime(_removedSince) >= options.GroupCommit) || bounds.IsDue;
    }

    /// <summary>How long until a commit is due; the longest time when there is nothing to commit.</summary>
    public TimeSpan TimeLeft()
    {
        if (!MayTry) return OutboxStore.RetryPause - time.GetElapsedTime(_diskFailed);
        var left = bounds.TimeLeft();
        if (_uncommitted.Count > 0) Shorten(IsWaiting ? OutboxStore.RetryPause - time.GetElapsedTime(_foundFull) : options.GroupCommit - time.GetElapsedTime(_uncommitted[0].TakenAt));
        if (_removed.Count > 0) Shorten(options.GroupCommit - time.GetElapsedTime(_removedSince));
        return left;

        void Shorten(TimeSpan other) => left = other < left ? other : left;
    }

    public void Add(OutboxEntry entry) => _uncommitted.Add(entry);

    /// <summary>Takes an entry that is done off the disk with the next commit.</summary>
    public void Remove(OutboxEntry entry)
    {
        if (!entry.IsCommitted || !books.CountOff(entry)) return;
        if (_removed.Count == 0) _removedSince = time.GetTimestamp();
        _removed.Add(entry.Sequence);
    }

    /// <summary>Takes off the disk what is done, so that what is there is owed.</summary>
    public void FlushRemoved()
    {
        if (_removed.Count == 0) return;
        store.Commit([], _removed);
        _removed.Clear();
    }

    /// <summary>Lets go of what was acknowledged before it had to be written.</summary>
    public void ForgetDone() => _uncommitted.RemoveAll(e => e.IsDone);

    /// <summary>Whether the entry had to make room on a full disk, or was too old.</summary>
    public bool HasDropped(OutboxEntry entry) => entry.IsCommitted && bounds.HasDropped(entry);

    /// <summary>Commits what is due; when stopping, everything.</summary>
    public void Run(bool isLinkUp, bool isStopping)
    {
        // What was acknowledged in time never touches the disk, and a removal that is due does not take the young with it.
        ForgetDone();
        var isGroupDue = isStopping || IsGroupDue(isLinkUp);
        if ((isGroupDue ? _uncommitted.Count : 0) + _removed.Count == 0 && !bounds.IsDue) return;
        try
        {
            var hasDrained = _removed.Count > 0 && counters.StoredBytes == 0;
            do
            {
                if (isGroupDue && !isStopping && !bounds.MayGrow()) isGroupDue = false;
                CommitGroup(isGroupDue ? NextGroup() : []);
            }
            while (isGroupDue && _uncommitted.Count > 0);
            bounds.Expire();
            bounds.GiveSpaceBack(hasDrained && counters.StoredBytes == 0);
            NoteSuccess();
        }
        catch (SqliteException e)
        {
            NoteRefusal(e);
        }
        counters.WrittenBytes = store.WrittenBytes;
        if (counters.IsFull) _foundFull = time.GetTimestamp();
    }

    /// <summary>Writes an entry at once, and with it that the drops it tells of are told. False: the disk refuses.</summary>
    public bool TryTell(OutboxEntry report) => Try(() =>
    {
        store.Commit([report], [], areGapsTold: true);
        counters.Reported++;
        books.CountIn(report);
    });

    /// <summary>Moves an entry that upstream refuses for ever to quarantine; false: the disk refuses, and it stays owed.</summary>
    public bool TryQuarantine(OutboxEntry entry) => Try(() =>
    {
        // A record of drops that is refused is no drop to be told of: upstream would refuse that, too.
        Gap? gap = entry.IsReport ? null : Gap.Of(DropBooks.Refused, entry.Severity, entry.CreatedTicks);
        var hadRow = entry.IsCommitted && books.CountOff(entry);
        try
        {
            store.Quarantine(entry, gap);
        }
        catch (SqliteException) when (hadRow)
        {
            books.CountIn(entry);
            throw;
        }
        entry.IsCommitted = false;
        if (gap is { } told) bounds.Drops.NoteWritten(told);
    });

    /// <summary>Counts anew after rows were lost to damage.</summary>
    public void SettleDamage()
    {
        if (!books.HasDamage || !MayTry) return;
        Try(() =>
        {
            FlushRemoved();
            books.SettleDamage();
        });
    }

    private bool IsWaiting => counters.IsFull && time.GetElapsedTime(_foundFull) < OutboxStore.RetryPause;

    /// <summary>Each event has its own time for its acknowledgement: the group is due when its oldest has waited that long.</summary>
    private bool IsGroupDue(bool isLinkUp) => _uncommitted.Count > 0 && !IsWaiting
        && (!isLinkUp || !HasRoom || time.GetElapsedTime(_uncommitted[0].TakenAt) >= options.GroupCommit);

    /// <summary>As many as one commit may write: the log must not outgrow its share.</summary>
    private List<OutboxEntry> NextGroup()
    {
        var (count, bytes) = (0, 0L);
        while (count < _uncommitted.Count && (count == 0 || bytes + _uncommitted[count].StoredBytes <= _budget.Commit))
            bytes += _uncommitted[count++].StoredBytes;
        return _uncommitted.GetRange(0, count);
    }

    private void CommitGroup(List<OutboxEntry> group)
    {
        if (group.Count + _removed.Count > 0)
        {
            bounds.BeginCommit();
            store.Commit(group, _removed, bounds.Drops.Unwritten);
            bounds.Drops.MarkWritten();
            counters.Commits++;
            _removed.Clear();
            foreach (var entry in group)
            {
                books.CountIn(entry);
                entry.MarkSafe();
                counters.Stored++;
            }
            _uncommitted.RemoveRange(0, group.Count);
        }
        bounds.MakeRoom();
    }

    private bool Try(Action work)
    {
        try
        {
            work();
            NoteSuccess();
            return true;
        }
        catch (SqliteException e)
        {
            NoteRefusal(e);
            return false;
        }
    }

    private void NoteSuccess()
    {
        if (_diskFailed != 0) CommitsAgain();
        _diskFailed = 0;
        counters.IsDiskRefusing = false;
    }

    private void NoteRefusal(SqliteException e)
    {
        // At first and then about once a minute: a disk that stays full must not be forgotten, nor fill the log.
        if (_diskFailed == 0 || counters.CommitFailures % FailuresPerLine == 0) CommitFailed(e.Message, _uncommitted.Count);
        _diskFailed = time.GetTimestamp();
        counters.IsDiskRefusing = true;
        counters.CommitFailures++;
    }

    [LoggerMessage(LogLevel.Error, "events cannot be written to disk: {Failure}. At least {Count} wait in memory, and the input waits with them")]
    private partial void CommitFailed(string failure, int count);

    [LoggerMessage(LogLevel.Information, "events are written to disk again")]
    private partial void CommitsAgain();
}
