using EdgeAgent.Files;
using EdgeAgent.Pipeline.Events;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>A row as a reader of the store sees it.</summary>
/// <param name="Entry">The event; null where the row is damaged.</param>
/// <param name="Sequence">Its place in the order.</param>
/// <param name="Reason">Why it is quarantined; null: it is owed.</param>
internal readonly record struct ViewedRow(OutboxEntry? Entry, long Sequence, string? Reason);

/// <summary>Looks at a store read-only, beside a running agent or without one, a page at a time so that nobody waits for it.</summary>
internal sealed class OutboxReader : IDisposable
{
    private const int Page = 256;
    private const int InstructionsBetweenChecks = 1000;
    private const int SqliteInterrupt = 9;

    private readonly SqliteConnection _connection;

    /// <param name="path">The database.</param>
    /// <param name="isAlone">Nobody else has it open: then not even the log's index is written, and no lock taken.</param>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public OutboxReader(string path, bool isAlone = false)
    {
        Require(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = isAlone ? UntouchedStore.Uri(path) : path, Pooling = false, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 5,
        }.ToString());
        Try(() =>
        {
            _connection.Open();
            if (isAlone) UntouchedStore.Prepare(_connection);
            return OutboxSchema.Scalar(_connection, "PRAGMA query_only=1");
        });
    }

    /// <summary>Refuses to go on where there is no store, or this user may not read it.</summary>
    /// <exception cref="IOException">So it is.</exception>
    public static void Require(string path)
    {
        if (FileRights.IsForbidden(path))
            throw new IOException("this user may not read it, or look into its folder; run this as the agent's user, or as root");
        NamedFile.Require(path);
        if (!File.Exists(path)) throw new IOException($"there is no {path}");
    }

    /// <summary>How many events of each severity are owed, what they weigh, and of which time.</summary>
    public IReadOnlyList<(Severity Severity, long Count, long Bytes, long First, long Last)> Owed() => Try(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = """
            SELECT severity, count(*), sum(bytes), min(created), max(created) FROM outbox GROUP BY severity ORDER BY severity DESC
            """;
        using var reader = command.ExecuteReader();
        var all = new List<(Severity, long, long, long, long)>();
        while (reader.Read())
            all.Add(((Severity)reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        return all;
    });

    public long Quarantined() => Try(() => OutboxSchema.Scalar(_connection, "SELECT count(*) FROM quarantine") is long count ? count : 0);

    /// <summary>What is wrong with the tables or, as far as SQLite comes within the time, with the file; null: nothing found.</summary>
    public string? Damage(TimeSpan limit) => Try(() =>
    {
        if (!OutboxSchema.IsOurs(_connection)) return "its tables are of another shape";
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        SQLitePCL.raw.sqlite3_progress_handler(
            _connection.Handle, InstructionsBetweenChecks, _ => Environment.TickCount64 > until ? 1 : 0, null);
        try
        {
            return OutboxSchema.Scalar(_connection, "PRAGMA quick_check(1)") is string verdict and not "ok" ? verdict : null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteInterrupt)
        {
            return null;
        }
        finally
        {
            SQLitePCL.raw.sqlite3_progress_handler(_connection.Handle, 0, null, null);
        }
    });

    /// <summary>The version of the tables; an older one is carried over by the agent's start.</summary>
    public long Version() => Try(() => OutboxSchema.Scalar(_connection, "PRAGMA user_version") is long version ? version : 0);

    /// <summary>All rows in order.</summary>
    public IEnumerable<ViewedRow> Rows(bool isQuarantined)
    {
        for (var page = Read(isQuarantined, 0); page.Count > 0; page = Read(isQuarantined, page[^1].Sequence))
            foreach (var row in page)
                yield return row;
    }

    public void Dispose() => _connection.Dispose();

    private List<ViewedRow> Read(bool isQuarantined, long after) => Try(() =>
    {
        using var command = _connection.CreateCommand();
        var table = isQuarantined ? ", reason FROM quarantine" : " FROM outbox";
        command.CommandText = $"SELECT {RowReader.Columns}{table} WHERE sequence > {after} ORDER BY sequence LIMIT {Page}";
        using var reader = command.ExecuteReader();
        var rows = new List<ViewedRow>();
        while (reader.Read())
            rows.Add(new ViewedRow(RowReader.Read(reader)?.Entry, reader.GetInt64(0), isQuarantined ? reader.GetString(7) : null));
        return rows;
    });

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
