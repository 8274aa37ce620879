using EdgeAgent.Files;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>Finds damage that SQLite itself would not stumble over, or only later.</summary>
internal static class StoreCheck
{
    /// <summary>A large store is not read to its end at each start: rows prove themselves when they are read.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    private const int InstructionsBetweenChecks = 1000;
    private const int SqliteInterrupt = 9;

    // "SQLite format 3", pages of 4096 bytes; then the versions, and no bytes reserved, and three fixed fractions.
    private static ReadOnlySpan<byte> Begin => "SQLite format 3\0\u0010\0"u8;
    private static ReadOnlySpan<byte> Fractions => [0, 64, 32, 32];

    /// <summary>
    /// Checks the file before SQLite opens it: SQLite would delete the log of an empty database, and trusts part of the header.
    /// </summary>
    public static void Header(string path)
    {
        if (NamedFile.Problem(path) is { } problem) throw Damage($"it {problem}");
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        if (length == 0)
        {
            if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 }) throw Damage("the database is gone, and its log is not");
            return;
        }
        Span<byte> header = stackalloc byte[100];
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0))
            header = header[..stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        if (header.Length < 100 || !header.StartsWith(Begin)) throw Damage("it is no store of ours");
        if (header[18] is not (1 or 2) || header[19] is not (1 or 2) || !header[20..24].SequenceEqual(Fractions))
            throw Damage("its header is damaged");
    }

    /// <summary>Checks the open store: its schema word for word, and its pages as far as the time allows.</summary>
    public static void Content(SqliteConnection connection)
    {
        if (OutboxSchema.Scalar(connection, "PRAGMA encoding") is not "UTF-8") throw Damage("its encoding is not ours");
        if (!OutboxSchema.IsOurs(connection)) throw Damage("its tables are of another shape");
        var until = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        SQLitePCL.raw.sqlite3_progress_handler(
            connection.Handle, InstructionsBetweenChecks, _ => Environment.TickCount64 > until ? 1 : 0, null);
        try
        {
            if (OutboxSchema.Scalar(connection, "PRAGMA integrity_check(1)") is string verdict and not "ok") throw Damage(verdict);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteInterrupt)
        {
            // Time is up, and nothing wrong was found by then.
        }
        finally
        {
            SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }

    private static SqliteException Damage(string what) => new(what, StoreDamage.SqliteCorrupt);
}
