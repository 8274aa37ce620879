using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Writes many items, and the removal of those that are done, in one commit. An item that is done before its group is
/// due never touches the disk. While the disk refuses, everything is kept and tried again. Belongs to the outbox's owner.
/// </summary>
internal sealed partial class GroupCommit(
    OutboxStore store, OutboxOptions options, OutboxCounters counters, StoreBounds bounds, DiskAccounting disk, TimeProvider time,
    ILogger logger)
{
    private const int GroupLimit = 256;
    private const int FailuresPerLine = 60;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly StoreBudget _budget = new(options.Size);
    private readonly List<OutboxItem> _uncommitted = [];
    private readonly List<long> _removed = [];
    private bool _isAnyDone;
    private long _removedSince;
    private long _diskFailed;
    private long _foundFull;
    private long _lookedAt;
    private bool _hasLookFailed;

    /// <summary>What is not on disk, oldest first.</summary>
    public IReadOnlyList<OutboxItem> Uncommitted => _uncommitted;

    /// <summary>While the disk refuses, items wait in memory up to the group's limit; then the lanes wait.</summary>
    public bool HasRoom => _uncommitted.Count < GroupLimit;

    public bool IsDiskRefusing => _diskFailed != 0;

    /// <summary>Whether the disk has been left alone for long enough since it last refused.</summary>
    public bool MayTry => _diskFailed == 0 || time.GetElapsedTime(_diskFailed) >= OutboxStore.RetryPause;

    public bool IsDue(bool isLinkUp)
    {
        if (!MayTry) return false;
        return IsGroupDue(isLinkUp) || LookLeft() <= TimeSpan.Zero || bounds.IsDue
            || (_removed.Count > 0 && time.GetElapsedTime(_removedSince) >= options.GroupCommit);
    }

    /// <summary>How long until a commit is due; the longest time when there is nothing to commit.</summary>
    public TimeSpan TimeLeft()
    {
        if (!MayTry) return OutboxStore.RetryPause - time.GetElapsedTime(_diskFailed);
        var left = bounds.TimeLeft();
        if (_uncommitted.Count > 0)
            Shorten(IsWaiting
                ? OutboxStore.RetryPause - time.GetElapsedTime(_foundFull)
                : options.GroupCommit - time.GetElapsedTime(_uncommitted[0].TakenAt));
        if (_removed.Count > 0) Shorten(options.GroupCommit - time.GetElapsedTime(_removedSince));
        Shorten(LookLeft());
        return left;

        void Shorten(TimeSpan other) => left = other < left ? other : left;
    }

    public void Add(OutboxItem item) => _uncommitted.Add(item);

    /// <summary>Takes an item that is done off the disk with the next commit.</summary>
    public void Remove(OutboxItem item)
    {
        if (!item.IsCommitted)
        {
            _isAnyDone = true;
            return;
        }
        if (!disk.CountOff(item)) return;
        if (_removed.Count == 0) _removedSince = time.GetTimestamp();
        _removed.Add(item.Sequence);
    }

    /// <summary>Takes off the disk what is done, so that what is there is owed.</summary>
    public void FlushRemoved()
    {
        if (_removed.Count == 0) return;
        store.Commit([], _removed);
        _removed.Clear();
    }

    /// <summary>Lets go of what was acknowledged before it had to be written.</summary>
    public void ForgetDone()
    {
        if (_isAnyDone) _uncommitted.RemoveAll(static i => i.IsDone);
        _isAnyDone = false;
    }

    /// <summary>Whether the item had to make room on a full disk, or was too old.</summary>
    public bool HasDropped(OutboxItem item) => item.IsCommitted && bounds.HasDropped(item);

    /// <summary>Commits what is due; when stopping, everything.</summary>
    public void Run(bool isLinkUp, bool isStopping)
    {
        // What was acknowledged in time never touches the disk, and a removal that is due does not take the young with it.
        ForgetDone();
        if ((isStopping || LookLeft() <= TimeSpan.Zero) && !TryLook()) return;
        var isGroupDue = isStopping || IsGroupDue(isLinkUp);
        if ((isGroupDue ? _uncommitted.Count : 0) + _removed.Count == 0 && !bounds.IsDue) return;
        try
        {
            var hasDrained = _removed.Count > 0 && counters.StoredBytes == 0;
            do
            {
                if (isGroupDue && !isStopping && !bounds.MayGrow()) isGroupDue = false;
                CommitGroup(isGroupDue ? NextGroup() : 0);
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

    /// <summary>Writes a report of drops at once, and with it that they are reported. False: the disk refuses.</summary>
    public bool TryReport(OutboxItem report) => Try(() =>
    {
        store.Commit([new StoredEvent(report.Sequence, report.Entry)], [], areGapsReported: true);
        counters.Reported++;
        disk.CountIn(report);
    });

    /// <summary>Moves an item that upstream refuses for ever to quarantine; false: the disk refuses, and it stays owed.</summary>
    public bool TryQuarantine(OutboxItem item, string reason) => Try(() =>
    {
        // A report of drops that is refused is no drop to be reported: upstream would refuse that, too.
        Gap? gap = item.Entry.IsReport ? null
            : Gap.Of(Gap.Refused, item.Entry.Severity, item.Entry.CreatedTicks, RowDevice.Of(item.Entry.Payload));
        var hadRow = item.IsCommitted && disk.CountOff(item);
        try
        {
            store.Quarantine(new StoredEvent(item.Sequence, item.Entry), reason, gap);
        }
        catch (SqliteException) when (hadRow)
        {
            disk.CountIn(item);
            throw;
        }
        item.IsCommitted = false;
        if (gap is { } noted) bounds.Drops.NoteWritten(noted);
    });

    /// <summary>Counts again after rows were lost to damage.</summary>
    public void SettleDamage()
    {
        if (!disk.HasDamage || !MayTry) return;
        Try(() =>
        {
            FlushRemoved();
            disk.SettleDamage();
        });
    }

    /// <summary>Looks whether the store's files are still there, for what is on disk already: no commit may come for hours.</summary>
    /// <returns>False: they are not, and the disk takes no others.</returns>
    private bool TryLook()
    {
        _lookedAt = time.GetTimestamp();
        try
        {
            store.RenewIfGone();
            // Nothing but this may have failed, and no commit may come that finds the disk well again.
            if (_hasLookFailed) NoteSuccess();
            _hasLookFailed = false;
            counters.StoreGoneTicks = store.GoneTicks;
            return true;
        }
        catch (SqliteException e)
        {
            _hasLookFailed = true;
            NoteRefusal(e);
            return false;
        }
    }

    /// <summary>How long until it is to look; the longest time while nothing that is owed is on disk.</summary>
    private TimeSpan LookLeft() => counters.OnDisk == 0 ? TimeSpan.MaxValue : LookEvery - time.GetElapsedTime(_lookedAt);

    /// <summary>The store could not be opened at the start, and now could.</summary>
    public void NoteOpened() => NoteSuccess(wasShut: true);

    private bool IsWaiting => counters.IsFull && time.GetElapsedTime(_foundFull) < OutboxStore.RetryPause;

    /// <summary>Each event has its own time for its acknowledgement: the group is due when its oldest has waited that long.</summary>
    private bool IsGroupDue(bool isLinkUp) => _uncommitted.Count > 0 && !IsWaiting
        && (!isLinkUp || !HasRoom || time.GetElapsedTime(_uncommitted[0].TakenAt) >= options.GroupCommit);

    /// <summary>How many of the oldest one commit may write: the log must not outgrow its share.</summary>
    private int NextGroup()
    {
        var (count, bytes) = (0, 0L);
        while (count < _uncommitted.Count && (count == 0 || bytes + _uncommitted[count].Entry.StoredBytes <= _budget.Commit))
            bytes += _uncommitted[count++].Entry.StoredBytes;
        return count;
    }

    private void CommitGroup(int groupCount)
    {
        if (groupCount + _removed.Count > 0)
        {
            bounds.BeginCommit();
            store.Commit(Rows(groupCount), _removed, bounds.Drops.Unwritten);
            bounds.Drops.MarkWritten();
            counters.Commits++;
            _removed.Clear();
            for (var i = 0; i < groupCount; i++)
            {
                disk.CountIn(_uncommitted[i]);
                _uncommitted[i].MarkSafe();
                counters.Stored++;
            }
            _uncommitted.RemoveRange(0, groupCount);
        }
        bounds.MakeRoom();
    }

    private IEnumerable<StoredEvent> Rows(int count)
    {
        for (var i = 0; i < count; i++)
            yield return new StoredEvent(_uncommitted[i].Sequence, _uncommitted[i].Entry);
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

    private void NoteSuccess(bool wasShut = false)
    {
        if (_diskFailed != 0 || wasShut) CommitsAgain();
        _diskFailed = 0;
        counters.IsDiskRefusing = false;
        counters.StoreGoneTicks = store.GoneTicks;
    }

    private void NoteRefusal(SqliteException e)
    {
        var refusal = counters.DiskRefusal = DiskRefusal.Of(e, store.File);
        // At first and then about once a minute: a disk that stays full must not be forgotten, nor fill the log.
        if (_diskFailed == 0 || counters.CommitFailures % FailuresPerLine == 0)
            CommitFailed(refusal.Text, counters.InMemory, refusal.Remedy);
        _diskFailed = time.GetTimestamp();
        counters.IsDiskRefusing = true;
        counters.CommitFailures++;
    }

    [LoggerMessage(LogLevel.Error, "events cannot be written to disk: {Failure}. {Count} wait in memory, and the input waits once "
        + "no more fit there; {Remedy}")]
    private partial void CommitFailed(string failure, long count, string remedy);

    [LoggerMessage(LogLevel.Information, "events are written to disk again")]
    private partial void CommitsAgain();
}
