using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// Opens a store that nobody uses so that no byte in its folder changes. Read-only is not enough: SQLite then still makes
/// the log's index anew, and the log itself where there is none.
/// </summary>
internal static class UntouchedStore
{
    private const int NoCheckpointOnClose = 1006;

    /// <summary>
    /// Without a log the file is taken for one that cannot change. With one, the system's locks are left alone, and the index
    /// is kept in memory (<see cref="Prepare"/>), for a file that cannot change has no log.
    /// </summary>
    public static string Uri(string path)
    {
        var hasLog = new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
        var escaped = Path.GetFullPath(path).Replace("%", "%25", StringComparison.Ordinal)
            .Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return $"file:{escaped}?{(hasLog ? "vfs=unix-none" : "immutable=1")}";
    }

    /// <summary>To be called before anything is read.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
        OutboxSchema.Scalar(connection, "PRAGMA locking_mode=EXCLUSIVE");
    }
}
