using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Salvage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// Owed events on disk: one SQLite file, one connection, one owner. A commit returns when the data would survive a
/// power cut (WAL with synchronous=FULL). A damaged row costs that row, and a damaged file is set aside: what is whole in it
/// is carried over.
/// </summary>
internal sealed partial class OutboxStore : IDisposable
{
    /// <summary>How long a disk that has refused is left alone.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private const int SqliteCantOpen = 14;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StoreRenewal _renewal;
    private readonly List<long> _damaged = [];
    private StoreConnection? _connection;
    private long _writtenBefore;

    private OutboxStore(string path, TimeProvider time, ILogger logger, long logBytesLimit)
    {
        (_path, _time, _logger) = (path, time, logger);
        _renewal = new StoreRenewal(path, time, logger, logBytesLimit);
        try
        {
            _connection = _renewal.Open();
        }
        catch (SqliteException e)
        {
            // The disk refuses even this: the agent starts, and the store is opened when it can be.
            OpenRefusal = DiskRefusal.Of(e, path);
            NotOpened(path, OpenRefusal.Text, OpenRefusal.Remedy);
        }
    }

    /// <summary>Opens the file, or a new one. A file that is damaged or foreign is set aside, never in the way.</summary>
    /// <param name="path">The database.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs damage.</param>
    /// <param name="logBytesLimit">What the write-ahead log may take.</param>
    public static OutboxStore Open(string path, TimeProvider time, ILogger logger, long logBytesLimit = 4 << 20)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new OutboxStore(path, time, logger, logBytesLimit);
    }

    /// <summary>Bytes written to the write-ahead log since the store was opened. A checkpoint writes each page once more at most.</summary>
    public long WrittenBytes => _writtenBefore + (_connection?.WrittenBytes ?? 0);

    /// <summary>Why it could not be opened at first; null: it could.</summary>
    public DiskRefusal? OpenRefusal { get; }
    /// <summary>The database.</summary>
    public string File => _path;
    /// <summary>When its files were last found to have been taken away, UTC; 0: never.</summary>
    public long GoneTicks { get; private set; }
    /// <summary>Bytes of pages that hold something.</summary>
    public long UsedBytes => (Current.Number("PRAGMA page_count") - Current.Number("PRAGMA freelist_count")) * PageImages.PageBytes;

    /// <summary>Bytes of all its files.</summary>
    public long FileBytes => StoreFiles.Bytes(_path);
    /// <summary>Free bytes on its disk.</summary>
    public long FreeBytes => StoreFiles.FreeBytes(_path);
    /// <summary>Whether rows were lost to damage since this was last set back: what is counted must be counted anew.</summary>
    public bool HasLost { get; set; }

    /// <summary>Adds and removes in one commit. On an exception nothing has changed.</summary>
    /// <exception cref="SqliteException">The disk refused.</exception>
    /// <param name="added">New rows.</param>
    /// <param name="removed">Sequences of rows that go.</param>
    /// <param name="gaps">Drops to be written down.</param>
    /// <param name="areGapsReported">Whether what was written down is reported by a row of <paramref name="added"/>.</param>
    public void Commit(
        IEnumerable<StoredEvent> added, IEnumerable<long> removed, IReadOnlyCollection<Gap>? gaps = null,
        bool areGapsReported = false) => Mend(() =>
    {
        RenewIfGone();
        Current.Change(change =>
        {
            foreach (var row in added) change.Insert(row);
            foreach (var sequence in removed) change.Delete(sequence);
            if (areGapsReported) change.ForgetGaps();
            foreach (var gap in gaps ?? []) change.Note(gap);
        });
        return true;
    });

    /// <summary>At most <paramref name="limit"/> rows behind <paramref name="after"/>, in order. Damaged rows are quarantined.</summary>
    public List<StoredEvent> ReadAfter(long after, int limit) => Mend(() =>
    {
        var rows = new List<StoredEvent>();
        // A page of damaged rows alone must not look like the end.
        while (rows.Count < limit && Current.ReadAfter(after, limit - rows.Count, rows, _damaged) is { } last) after = last;
        QuarantineDamaged();
        return rows;
    });

    /// <summary>Tells place and id of all entries; false when the time is up before that.</summary>
    public bool TryReadIds(Action<long, string> take, TimeSpan limit) => Mend(() => Current.TryReadIds(take, limit));

    /// <summary>Ids of the youngest entries, as many as the time allows.</summary>
    public List<string> ReadLatestIds(int count, TimeSpan limit) => Mend(() =>
    {
        var ids = new List<string>();
        Current.TryReadIds((_, id) => ids.Add(id), limit, $"ORDER BY sequence DESC LIMIT {count}");
        return ids;
    });

    /// <summary>How many rows there are, how many bytes they count for, and the last sequence given.</summary>
    public (long Count, long Bytes, long LastSequence) Measure() => Mend(() => (
        Current.Number("SELECT count(*) FROM outbox INDEXED BY outbox_order"),
        Current.Number("SELECT coalesce(sum(bytes), 0) FROM outbox INDEXED BY outbox_order"),
        Math.Max(Current.Number("SELECT coalesce(max(sequence), 0) FROM outbox"),
            Current.Number("SELECT coalesce(max(sequence), 0) FROM quarantine"))));

    /// <summary>Whether there is such a row; true where the disk cannot say.</summary>
    public bool MayHave(long sequence)
    {
        try
        {
            return Mend(() => Current.Number($"SELECT count(*) FROM outbox WHERE sequence = {sequence}") > 0);
        }
        catch (SqliteException)
        {
            return true;
        }
    }

    /// <summary>The lowest severity that there is a row of; negative: there is none.</summary>
    public int LowestSeverity() =>
        (int)Mend(() => Current.Number("SELECT coalesce(min(severity), -1) FROM outbox INDEXED BY outbox_order"));

    /// <summary>The oldest of a severity behind <paramref name="after"/>.</summary>
    public List<StoredRow> Oldest(int severity, int limit, long after = 0) => Mend(() => Current.Rows(
        $"""
        SELECT severity, sequence, created, bytes, id, substr(payload, 1, {RowDevice.HeadBytes}) FROM outbox INDEXED BY outbox_order
        WHERE severity = {severity} AND sequence > {after} ORDER BY sequence LIMIT {limit}
        """));

    /// <summary>Drops that upstream has not been told of.</summary>
    public List<Gap> Gaps() => Mend(Current.Gaps);

    /// <summary>When the oldest entry was taken in; 0 where there is none, or the disk cannot say.</summary>
    public long OldestTicks()
    {
        try
        {
            return Current.Number("SELECT coalesce(min(created), 0) FROM (SELECT created FROM outbox ORDER BY sequence LIMIT 1)");
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    /// <summary>Moves an event that upstream refuses for ever to quarantine, and notes that it was given up, in one commit.</summary>
    /// <exception cref="SqliteException">The disk refused, and nothing has changed.</exception>
    public void Quarantine(StoredEvent row, string reason, Gap? gap) => Mend(() =>
    {
        RenewIfGone();
        Current.Change(change =>
        {
            change.Quarantine(row, $"{Gap.Refused}: {reason}", _time.GetUtcNow().UtcTicks);
            change.Delete(row.Sequence);
            if (gap is { } given) change.Note(given);
        });
        return true;
    });

    /// <summary>
    /// Owes again what upstream had refused, behind <paramref name="sequence"/> and as of now; a damaged row stays where it is.
    /// </summary>
    public IReadOnlyList<StoredEvent> Replay(long sequence, long nowTicks) => Mend(() =>
    {
        var refused = Current.Refused();
        var again = new List<StoredEvent>(refused.Count);
        foreach (var (_, entry) in refused)
            again.Add(new StoredEvent(++sequence, new OutboxEntry(entry.Id, entry.Topic, entry.Payload, entry.Severity, nowTicks)));
        Current.Change(change =>
        {
            again.ForEach(row => change.Insert(row));
            refused.ForEach(row => change.Release(row.Sequence));
        });
        return again;
    });

    /// <summary>Corrects times that are impossible, as the clock of this run stands; see <see cref="RowRestamp"/>.</summary>
    public int Restamp(long now, bool isClockSynced, TimeSpan limit) => Mend(() =>
    {
        var count = RowRestamp.Run(Current, now, isClockSynced, limit);
        if (count > 0) Restamped(count);
        return count;
    });

    /// <summary>Deletes what cannot be sent anyway; returns how many.</summary>
    public long EmptyQuarantine() => Mend(() =>
    {
        var count = Current.Number("SELECT count(*) FROM quarantine");
        if (count > 0) Current.Change(change => change.EmptyQuarantine());
        return count;
    });

    /// <summary>Gives pages that a drain has freed back to the file system.</summary>
    /// <param name="pageLimit">So many at once: it must not take long.</param>
    public void GiveSpaceBack(int pageLimit = int.MaxValue) => Current.GiveSpaceBack(pageLimit);

    /// <summary>Bytes of free pages within the file.</summary>
    public long UnusedBytes => Current.Number("PRAGMA freelist_count") * PageImages.PageBytes;

    /// <summary>
    /// Where somebody has taken its files away, begins a new store there, with all that the old one holds: it can be read as long as it is
    /// open.
    /// </summary>
    /// <exception cref="SqliteException">The disk refused; the old one is still open.</exception>
    public void RenewIfGone()
    {
        if (_connection is not { AreFilesGone: true } lost) return;
        _renewal.Copy(lost);
        Close();
        (GoneTicks, HasLost) = (_time.GetUtcNow().UtcTicks, true);
        _connection = _renewal.Open();
    }

    public void Dispose() => _connection?.Dispose();

    private StoreConnection Current => _connection ?? throw new SqliteException("the store cannot be opened", SqliteCantOpen);

    /// <summary>Does something with the store. Where it turns out to be damaged, renews it and tries once more.</summary>
    private T Mend<T>(Func<T> work)
    {
        try
        {
            if (_connection is null)
            {
                _connection = _renewal.Open();
                HasLost = true;
            }
            return work();
        }
        catch (SqliteException e) when (StoreDamage.Is(e))
        {
            Close();
            _connection = _renewal.Renew(e.Message);
            HasLost = true;
            return work();
        }
    }

    /// <summary>Moves damaged rows out of the way. Where the disk refuses now, they are moved the next time.</summary>
    private void QuarantineDamaged()
    {
        if (_damaged.Count == 0) return;
        try
        {
            Current.Change(change => _damaged.ForEach(s => change.QuarantineDamaged(s, _time.GetUtcNow().UtcTicks)));
        }
        catch (SqliteException e) when (!StoreDamage.Is(e))
        {
            return;
        }
        RowsDamaged(_damaged.Count);
        _damaged.Clear();
        HasLost = true;
    }

    private void Close()
    {
        _writtenBefore = WrittenBytes;
        _connection?.Dispose();
        _connection = null;
    }

    [LoggerMessage(LogLevel.Error, "{Path} cannot be opened: {Failure}. The agent goes on, and tries again; until then events "
        + "wait in memory, and the input with them; {Remedy}")]
    private partial void NotOpened(string path, string failure, string remedy);

    [LoggerMessage(LogLevel.Error, "{Count} owed events are damaged on disk and cannot be sent; they are quarantined, "
        + "see `edgeagent outbox list --quarantined`")]
    private partial void RowsDamaged(int count);

    [LoggerMessage(LogLevel.Information, "{Count} owed events are of a time that cannot be, as the clock stands: "
        + "the youngest counts as made now, and the others keep their distance to it")]
    private partial void Restamped(int count);
}
