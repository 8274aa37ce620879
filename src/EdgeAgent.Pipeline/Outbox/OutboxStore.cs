using EdgeAgent.Pipeline.Decisions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Owed events on disk: one SQLite file, one connection, one owner. A commit returns when the data would survive a
/// power cut (WAL with synchronous=FULL).
/// </summary>
internal sealed partial class OutboxStore : IDisposable
{
    /// <summary>How long a disk that has refused is left alone.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _read;
    private readonly long _pageBytes;

    private OutboxStore(SqliteConnection connection)
    {
        _connection = connection;
        Execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=4194304;");
        Execute("""
            CREATE TABLE IF NOT EXISTS outbox(
                sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, topic TEXT NOT NULL,
                payload BLOB NOT NULL, severity INTEGER NOT NULL, created INTEGER NOT NULL);
            """);
        _insert = Prepare("INSERT INTO outbox VALUES($sequence, $id, $topic, $payload, $severity, $created)",
            "$sequence", "$id", "$topic", "$payload", "$severity", "$created");
        _delete = Prepare("DELETE FROM outbox WHERE sequence = $sequence", "$sequence");
        _read = Prepare("SELECT sequence, id, topic, payload, severity, created FROM outbox WHERE sequence > $after ORDER BY sequence LIMIT $limit",
            "$after", "$limit");
        // A table of another shape is found out here, not when the first event is to be kept.
        _insert.Prepare();
        _delete.Prepare();
        _read.Prepare();
        CheckPages();
        _pageBytes = (long)Scalar("PRAGMA page_size")!;
    }

    /// <summary>Bytes written to the write-ahead log since the file was opened. A checkpoint writes each page once more at most.</summary>
    public long WrittenBytes =>
        SQLitePCL.raw.sqlite3_db_status(_connection.Handle, CacheWrite, out var pages, out _, 0) == 0 ? pages * (_pageBytes + FrameHeaderBytes) : 0;

    /// <summary>Opens the file, or a new one. A file that is damaged or foreign is set aside, never in the way.</summary>
    public static OutboxStore Open(string path, TimeProvider time, ILogger logger)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return OpenFile(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteError or SqliteCorrupt or SqliteNotADatabase)
        {
            var aside = $"{path}.corrupt-{time.GetUtcNow():yyyyMMddHHmmss}";
            StoreSetAside(logger, path, e.Message, aside);
            foreach (var suffix in new[] { "", "-wal", "-shm" })
                if (File.Exists(path + suffix))
                    File.Move(path + suffix, aside + suffix, overwrite: true);
            return OpenFile(path);
        }
    }

    /// <summary>Adds and removes in one commit. On an exception nothing has changed.</summary>
    /// <exception cref="SqliteException">The disk refused.</exception>
    public void Commit(IEnumerable<OutboxEntry> added, IEnumerable<long> removed)
    {
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = transaction;
        _delete.Transaction = transaction;
        foreach (var entry in added)
        {
            _insert.Parameters[0].Value = entry.Sequence;
            _insert.Parameters[1].Value = entry.Id;
            _insert.Parameters[2].Value = entry.Topic;
            _insert.Parameters[3].Value = entry.Payload;
            _insert.Parameters[4].Value = (int)entry.Severity;
            _insert.Parameters[5].Value = entry.CreatedTicks;
            _insert.ExecuteNonQuery();
        }
        foreach (var sequence in removed)
        {
            _delete.Parameters[0].Value = sequence;
            _delete.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    /// <summary>The next entries behind <paramref name="after"/>, in order.</summary>
    public List<OutboxEntry> ReadAfter(long after, int limit)
    {
        _read.Parameters[0].Value = after;
        _read.Parameters[1].Value = limit;
        using var reader = _read.ExecuteReader();
        var entries = new List<OutboxEntry>();
        while (reader.Read())
            entries.Add(new OutboxEntry(
                reader.GetString(1), reader.GetString(2), (byte[])reader[3], (Severity)reader.GetInt32(4), reader.GetInt64(5), receipt: null)
            {
                Sequence = reader.GetInt64(0),
                IsCommitted = true,
            });
        return entries;
    }

    /// <summary>The ids of all entries.</summary>
    public IEnumerable<string> ReadIds()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT id FROM outbox";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetString(0);
    }

    /// <summary>How many entries there are, how many bytes they count for, and the last sequence given.</summary>
    public (long Count, long Bytes, long LastSequence) Measure()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*), coalesce(sum(length(payload) + length(topic) + length(id) + 64), 0), coalesce(max(sequence), 0) FROM outbox";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>When the oldest entry was taken in; 0 where there is none, or the disk cannot say.</summary>
    public long OldestTicks()
    {
        try
        {
            return Scalar("SELECT created FROM outbox ORDER BY sequence LIMIT 1") is long ticks ? ticks : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    /// <summary>Gives pages that a drain has freed back to the file system.</summary>
    public void GiveSpaceBack() => Execute("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);");

    public void Dispose()
    {
        _insert.Dispose();
        _delete.Dispose();
        _read.Dispose();
        _connection.Dispose();
    }

    private const int CacheWrite = 9;
    private const int FrameHeaderBytes = 24;
    private const int SqliteError = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    private static OutboxStore OpenFile(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new OutboxStore(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads the whole file once: opening alone touches its first page only.</summary>
    private void CheckPages()
    {
        if (Scalar("PRAGMA quick_check(1)") is string verdict and not "ok") throw new SqliteException(verdict, SqliteCorrupt);
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [LoggerMessage(LogLevel.Error, "{Path}: {Failure}. It is set aside as {Aside}, and a new store begins; events that were owed in it can be recovered from there")]
    private static partial void StoreSetAside(ILogger logger, string path, string failure, string aside);
}
