namespace EdgeAgent.Logging;

/// <summary>Why a line of the log was left out.</summary>
internal enum LogDrop
{
    /// <summary>Too many of its kind came.</summary>
    Alike,

    /// <summary>The whole log has had its bytes.</summary>
    Budget,

    /// <summary>Nobody reads standard error, or it cannot be written to, and the room for lines that wait is used up.</summary>
    Unread,
}

/// <summary>What became of the log's lines since the start. Written by the log, read by anyone.</summary>
internal sealed class LogCounters(TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);
    /// <summary>A reader that takes nothing for so long does not read.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(10);

    private readonly long[] _dropped = new long[Enum.GetValues<LogDrop>().Length];
    private readonly long[] _last = new long[Enum.GetValues<LogDrop>().Length];
    private long _waitsSince;

    /// <summary>Lines that were left out.</summary>
    public long DroppedInAll => Dropped(LogDrop.Alike) + Dropped(LogDrop.Budget) + Dropped(LogDrop.Unread);

    /// <summary>Lines that were left out for this reason.</summary>
    public long Dropped(LogDrop reason) => Volatile.Read(ref _dropped[(int)reason]);

    /// <summary>Whether one was within the last minute.</summary>
    public bool IsLate(LogDrop reason) =>
        Volatile.Read(ref _last[(int)reason]) is > 0 and var last && time.GetElapsedTime(last) < Lately;

    /// <summary>Whether lines wait that nobody takes.</summary>
    public bool IsStuck => Volatile.Read(ref _waitsSince) is > 0 and var since && time.GetElapsedTime(since) > StuckAfter;

    public void Drop(LogDrop reason, long lines = 1)
    {
        Interlocked.Add(ref _dropped[(int)reason], lines);
        Volatile.Write(ref _last[(int)reason], Math.Max(1, time.GetTimestamp()));
    }

    /// <summary>Whoever writes begins to wait for a reader.</summary>
    public void Waits()
    {
        if (_waitsSince == 0) Volatile.Write(ref _waitsSince, Math.Max(1, time.GetTimestamp()));
    }

    /// <summary>Something was taken.</summary>
    public void Flows() => Volatile.Write(ref _waitsSince, 0);
}
