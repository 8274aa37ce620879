using System.Globalization;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Why the disk takes no events, in words: which folder, how much is free there, what helps.</summary>
/// <param name="Text">What is so.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record DiskRefusal(string Text, string Remedy)
{
    private const int SqliteReadOnly = 8, SqliteIoError = 10, SqliteFull = 13;
    /// <summary>SQLite may want some pages at once.</summary>
    private const long LeastBytes = 64 << 10;

    public static DiskRefusal Of(SqliteException e, string path)
    {
        var (folder, free) = (Path.GetDirectoryName(Path.GetFullPath(path))!, StoreFiles.FreeBytes(path));
        if (e.SqliteErrorCode == SqliteFull || (e.SqliteErrorCode == SqliteIoError && free < LeastBytes))
            return new DiskRefusal(
                string.Create(CultureInfo.InvariantCulture, $"no room on {folder} ({free / 1024.0:#,0.#} KiB free)"),
                free < LeastBytes ? "make room there" : "make room there: a quota may be used up, or all inodes");
        if (e.SqliteErrorCode == SqliteReadOnly)
            return new DiskRefusal($"{path} may not be written", "see its rights, and how its disk is mounted");
        return new DiskRefusal($"{path}: {Bare(e.Message)}", "see the disk (dmesg) and the rights of its folder");
    }

    /// <summary><c>SQLite Error 13: 'database or disk is full'.</c> without what stands around it.</summary>
    private static string Bare(string message)
    {
        var (first, last) = (message.IndexOf('\'', StringComparison.Ordinal), message.LastIndexOf('\''));
        return first >= 0 && last > first ? message[(first + 1)..last] : message.TrimEnd('.');
    }
}
