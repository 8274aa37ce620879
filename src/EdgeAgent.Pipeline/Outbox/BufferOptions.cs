using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What gives way when there is no room for another event.</summary>
public enum FullPolicy
{
    /// <summary>The oldest event of the lowest severity, counted and reported upstream.</summary>
    DropOldest,
    /// <summary>Nothing: new events wait, and the input with them.</summary>
    Refuse,
}

/// <summary>Table <c>[upstream.buffer]</c>: how much disk owed events may take, besides the size, and for how long they are kept.</summary>
public sealed record BufferOptions
{
    /// <summary>Space on the disk that is left to others: with less of it free, the outbox stops growing.</summary>
    public long Reserve { get; set; } = 64L << 20;
    /// <summary>What happens at the limit.</summary>
    public FullPolicy Full { get; set; }
    /// <summary>How long an event of a severity is kept; what is not named here is kept as all are.</summary>
    public Dictionary<Severity, TimeSpan> KeepOf { get; } = [];

    /// <summary>How long an event of this severity is kept.</summary>
    /// <param name="severity">Its severity.</param>
    /// <param name="usual">What holds for those that are not named.</param>
    public TimeSpan KeepFor(Severity severity, TimeSpan usual) => KeepOf.TryGetValue(severity, out var keep) ? keep : usual;
}
