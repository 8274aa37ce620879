namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Shares the bytes that a store may take on disk among its files.</summary>
/// <param name="size">What all files may take together.</param>
internal readonly struct StoreBudget(long size)
{
    /// <summary>Less than this cannot hold a database, its log and the log's index.</summary>
    public const long Least = 1 << 20;

    /// <summary>What a store may always take, however little is free beside it.</summary>
    public const long Floor = 1 << 20;

    // The index of a log that stays below 16 MiB.
    private const long IndexBytes = 32 << 10;

    /// <summary>The write-ahead log: it is emptied when it is half full, and one commit more may go in by then.</summary>
    public long Log { get; } = Math.Clamp(size / 4, 256 << 10, 4 << 20);

    /// <summary>Events in one commit; their pages and the keys beside them take up to twice as much.</summary>
    public long Commit => Log / 4;

    /// <summary>The database, before the commit that makes it give way.</summary>
    public long Database => Math.Max(64 << 10, size - Log - IndexBytes - 2 * Commit);
}
