using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What gives way when there is no room for another event.</summary>
public enum FullPolicy
{
    /// <summary>The oldest event of the lowest severity, counted and reported upstream.</summary>
    DropOldest,
    /// <summary>Nothing: new events wait, and the input with them.</summary>
    Refuse,
}

/// <summary>
/// How much the outbox keeps, for how long, and how it hands events on; table <c>[upstream.buffer]</c> and keys beside it.
/// </summary>
public sealed record OutboxOptions
{
    public const long SizeLeast = StoreBudget.Least;
    public const int InFlightMost = 65_535;

    /// <summary>Bytes of its files together. Beyond it the oldest event of the lowest severity makes room and is counted.</summary>
    public long Size { get; set; } = 256L << 20;
    /// <summary>An event that could not be delivered for this long is given up and counted.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(7);
    /// <summary>The same for a severity; a severity that is missing here has <see cref="Keep"/>.</summary>
    public Dictionary<Severity, TimeSpan> KeepOf { get; } = [];
    /// <summary>Space on the disk that is left to others: with less of it free, the outbox stops growing.</summary>
    public long Reserve { get; set; } = 64L << 20;
    /// <summary>What happens at the limit.</summary>
    public FullPolicy Full { get; set; }
    /// <summary>How long an event waits for its acknowledgement before it is written to disk, while the link is up.</summary>
    public TimeSpan GroupCommit { get; set; } = TimeSpan.FromMilliseconds(20);
    /// <summary>Events of each send queue that wait for the delivery at once.</summary>
    public int InFlightLimit { get; set; } = 64;
    /// <summary>Events a second that a backlog drains with at most; 0: as fast as they are taken.</summary>
    public double BacklogRate { get; set; }

    /// <summary>How long an event of this severity is kept.</summary>
    public TimeSpan KeepFor(Severity severity) => KeepOf.TryGetValue(severity, out var keep) ? keep : Keep;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Size < SizeLeast) throw new ArgumentException($"upstream.buffer.size is below {SizeLeast} bytes");
        if (Keep <= TimeSpan.Zero || KeepOf.Values.Any(k => k <= TimeSpan.Zero))
            throw new ArgumentException("upstream.buffer.keep must be positive");
        if (Reserve < 0) throw new ArgumentException("upstream.buffer.reserve must not be negative");
        if (InFlightLimit is < 1 or > InFlightMost) throw new ArgumentException($"upstream.in_flight must be from 1 to {InFlightMost}");
        if (GroupCommit < TimeSpan.Zero) throw new ArgumentException("upstream.group_commit must not be negative");
        if (BacklogRate < 0) throw new ArgumentException("upstream.backlog_rate must not be negative");
    }
}
