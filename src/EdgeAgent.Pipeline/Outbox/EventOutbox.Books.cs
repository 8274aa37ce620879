using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>The books: what the outbox finds at its start, what it holds, what is done or given up, and how upstream hears of that.</summary>
internal sealed partial class EventOutbox
{
    /// <summary>How long a refused event waits that could not be quarantined.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(1);

    /// <summary>Upstream has acknowledged the entry.</summary>
    public void Acknowledge(OutboxEntry entry)
    {
        if (!entry.IsReport) _acknowledged?.Note(entry.Id);
        _news.Acknowledge(entry);
    }

    /// <summary>Whether the outbox has the event from a run before, or upstream has acknowledged it.</summary>
    public bool Has(string id) => _known.Has(id);

    /// <summary>Whether an event that a lane tells was told by a run before. Its message came again, and may only wait for that to be safe.</summary>
    public bool IsRepeat(string id)
    {
        if (!_known.Take(id)) return false;
        Interlocked.Increment(ref Counters.Repeated);
        return true;
    }

    /// <summary>A start must not take long, however much is owed; what is not looked at may come twice.</summary>
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(1);

    /// <summary>More than can have been committed without the lanes hearing of it: what a kill leaves in doubt is the youngest on disk.</summary>
    private const int DoubtfulLimit = 8192;

    /// <summary>Looks at what the store holds. False: it cannot be opened now; what it holds is found later.</summary>
    private bool TryRecover(bool isClockSynced)
    {
        try
        {
            RemoveAcknowledged();
            if (_acknowledged is not null) _store.ReadLatestIds(DoubtfulLimit, LookLimit).ForEach(_known.Add);
            _store.Restamp(Clock.StartTicks, isClockSynced, LookLimit / 2);
            (Counters.Recovered, Counters.StoredBytes, _lastSequence) = _store.Measure();
            (Counters.OnDisk, Counters.FileBytes) = (Counters.Recovered, _store.FileBytes);
            _drops.Recover(_store.Gaps());
            _store.HasLost = false;
            return true;
        }
        catch (SqliteException)
        {
            // Behind all that may be on disk.
            _lastSequence = _time.GetUtcNow().UtcTicks;
            return false;
        }
    }

    /// <summary>What upstream acknowledged just before a kill may still be on disk.</summary>
    private void RemoveAcknowledged()
    {
        if (_acknowledged is not { Before.Count: > 0 } acknowledged) return;
        _known.Add(acknowledged.Before);
        var done = new List<long>();
        _store.TryReadIds((sequence, id) => { if (acknowledged.Has(id)) done.Add(sequence); }, LookLimit);
        if (done.Count > 0) _store.Commit([], done);
    }

    private bool AreDropsDue => _describe is not null && _news.IsLinkUp && _commit.MayTry && _drops.TimeLeft() <= TimeSpan.Zero;

    /// <summary>Owes upstream the record of what was dropped, once there is a link: one for an outage.</summary>
    private void TellDrops()
    {
        if (!AreDropsDue || _bounds.IsDue) return;
        try
        {
            var report = _describe!(_drops.All(_store.Gaps()), Clock.Ticks);
            report.Sequence = ++_lastSequence;
            if (!_commit.TryTell(report)) return;
            _drops.MarkTold();
            _ready.Add(report, _offers.IsLinkUp);
        }
        catch (SqliteException)
        {
            // The next commit finds out, and tells.
        }
    }

    /// <summary>What upstream refuses for ever leaves with the commit that quarantines it; until the disk takes that, it stays owed.</summary>
    private void Quarantine(OutboxEntry entry)
    {
        if (entry.IsDone || _commit.HasDropped(entry)) return;
        if (_commit.TryQuarantine(entry)) Finish(entry, ref Counters.DroppedRefused);
        else PutOff(entry, RefusedPause);
    }

    private void Hold(EventReceipt receipt)
    {
        foreach (var entry in _commit.Uncommitted.Where(e => !e.IsDone).Concat(_news.Appended))
            entry.AddReceipt(receipt);
        receipt.Release();
    }

    /// <summary>Gives up events on disk; gives how many. Not answered while the outbox's thread waits for the disk.</summary>
    /// <param name="only">A severity; null: all.</param>
    /// <param name="age">Those that are at least so old.</param>
    public Task<int> PurgeAsync(Severity? only, TimeSpan age) => _news.Do(() =>
    {
        _commit.FlushRemoved();
        return _bounds.Purge(only, age);
    });

    /// <summary>Owes again what upstream had refused for ever; gives how many.</summary>
    public Task<int> ReplayAsync() => _news.Do(() =>
    {
        var again = _store.Replay(_lastSequence, Clock.Ticks);
        foreach (var entry in again)
        {
            Counters.Recovered++;
            _disk.CountIn(entry);
            _lastSequence = entry.Sequence;
            _ready.Add(entry, isLinkUp: false);
        }
        return again.Count;
    });

    private OutboxReport Report()
    {
        var inMemory = _commit.Uncommitted.Where(e => !e.IsDone).Concat(_news.Appended).ToList();
        var oldest = Counters.OnDisk > 0 ? _store.OldestTicks() : inMemory.Count > 0 ? inMemory[0].CreatedTicks : 0;
        return new OutboxReport(Counters.OnDisk + inMemory.Count, Counters.StoredBytes + inMemory.Sum(e => e.StoredBytes), oldest);
    }

    private void Finish(OutboxEntry entry, ref long counter)
    {
        if (entry.IsDone || _commit.HasDropped(entry)) return;
        entry.IsDone = true;
        if (entry.IsReport) Counters.ReportsDone++;
        else counter++;
        entry.MarkSafe();
        _commit.Remove(entry);
        _ready.Forget(entry);
        if (Counters.Owed == 0) _ready.ForgetAll();
    }
}
