using System.Diagnostics;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Salvage;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Runs the statements on the open database. Does not handle damage. One owner.</summary>
internal sealed class StoreConnection : IDisposable
{
    private const int CacheWrite = 9;
    private const int FrameHeaderBytes = 24;

    private readonly SqliteConnection _connection;
    private readonly StoreChange _change;
    private readonly SqliteCommand _read;
    private readonly OpenFiles _files;
    private long _failedPages;

    public StoreConnection(string path, long logBytesLimit)
    {
        // SQLite gives its log and the index of that the rights of the database.
        PrivateFiles.Create(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            OutboxSchema.Apply(_connection, logBytesLimit);
            StoreCheck.Content(_connection);
            _change = new StoreChange(_connection);
            _read = _connection.CreateCommand();
            _read.CommandText = $"SELECT {RowReader.Columns} FROM outbox WHERE sequence > $after ORDER BY sequence LIMIT $limit";
            _read.Parameters.Add(new SqliteParameter { ParameterName = "$after" });
            _read.Parameters.Add(new SqliteParameter { ParameterName = "$limit" });
            _read.Prepare();
            _files = new OpenFiles(path);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody has taken the files away, so that what is committed outlives nothing.</summary>
    public bool AreFilesGone => _files.AreGone;

    /// <summary>Whether the database itself is still there, whatever became of its log.</summary>
    public bool IsDatabaseThere => _files.IsDatabaseThere;

    /// <summary>Bytes that commits have written to the log.</summary>
    public long WrittenBytes => (Pages() - _failedPages) * (PageImages.PageBytes + (long)FrameHeaderBytes);

    /// <summary>Copies all that it holds, page by page, into a database without anything.</summary>
    /// <exception cref="SqliteException">It cannot be read, or there is no room for the copy.</exception>
    public void CopyTo(string path)
    {
        PrivateFiles.Create(path);
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        _connection.BackupDatabase(copy);
    }

    /// <summary>Does several things in one commit, or none of them.</summary>
    public void Change(Action<StoreChange> work)
    {
        var before = Pages();
        try
        {
            using var transaction = _connection.BeginTransaction();
            _change.Transaction = transaction;
            work(_change);
            transaction.Commit();
        }
        catch
        {
            // SQLite counts what it was about to write, too.
            _failedPages += Pages() - before;
            throw;
        }
    }

    /// <summary>
    /// Adds whole rows behind <paramref name="after"/> to <paramref name="rows"/>; returns the last sequence seen, or null at the
    /// end.
    /// </summary>
    public long? ReadAfter(long after, int limit, List<StoredEvent> rows, List<long> damaged)
    {
        _read.Parameters[0].Value = after;
        _read.Parameters[1].Value = limit;
        using var reader = _read.ExecuteReader();
        long? last = null;
        while (reader.Read())
        {
            last = reader.GetInt64(0);
            if (RowReader.Read(reader) is { } row) rows.Add(row);
            else damaged.Add(last.Value);
        }
        return last;
    }

    public long Number(string sql) => OutboxSchema.Scalar(_connection, sql) is long number ? number : 0;

    /// <summary>Tells place and id of all rows, however many; false when the time is up before that.</summary>
    public bool TryReadIds(Action<long, string> take, TimeSpan limit, string order = "")
    {
        var begun = Stopwatch.GetTimestamp();
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT sequence, id FROM outbox {order}";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (Stopwatch.GetElapsedTime(begun) > limit) return false;
            if (reader.GetValue(1) is string id) take(reader.GetInt64(0), id);
        }
        return true;
    }

    /// <summary>Rows with their places; a damaged one is null.</summary>
    public List<(long Sequence, StoredEvent? Row)> EventsOf(string condition) =>
        All($"SELECT {RowReader.Columns} FROM outbox {condition}", r => (r.GetInt64(0), RowReader.Read(r)));

    public List<StoredRow> Rows(string sql) => All(sql, r =>
        new StoredRow((Severity)r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetValue(4) as string ?? "",
            r.GetValue(5) is byte[] head ? RowDevice.Of(head) : ""));

    /// <summary>Whole events that upstream refused.</summary>
    public List<StoredEvent> Refused() =>
    [
        .. All($"SELECT {RowReader.Columns} FROM quarantine WHERE reason LIKE '{Gap.Refused}%' ORDER BY sequence", RowReader.Read)
            .OfType<StoredEvent>(),
    ];

    public List<Gap> Gaps() => All("SELECT reason, severity, count, first, last FROM gaps ORDER BY severity, reason", r =>
        new Gap(r.GetString(0), (Severity)r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)));

    public void GiveSpaceBack(int pageLimit)
    {
        // Each step frees one page.
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = $"PRAGMA incremental_vacuum({pageLimit})";
            using var steps = command.ExecuteReader();
            while (steps.Read()) { }
        }
        OutboxSchema.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Leaves nothing in the log, so that the database alone is the whole store.</summary>
    public void Finish() => OutboxSchema.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _read.Dispose();
        _change.Dispose();
        _connection.Dispose();
    }

    private long Pages() => SQLitePCL.raw.sqlite3_db_status(_connection.Handle, CacheWrite, out var pages, out _, 0) == 0 ? pages : 0;

    private List<T> All<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var all = new List<T>();
        while (reader.Read()) all.Add(read(reader));
        return all;
    }
}
