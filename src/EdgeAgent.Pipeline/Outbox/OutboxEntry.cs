using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>One event in the outbox's keeping. Immutable: every attempt sends the same bytes.</summary>
/// <param name="id">The event's id, stable over retries and restarts.</param>
/// <param name="topic">Topic upstream.</param>
/// <param name="payload">The message.</param>
/// <param name="severity">How bad.</param>
/// <param name="createdTicks">When it was taken in, by the <see cref="SteadyClock"/> of that run; its time to live counts from
/// here.</param>
internal sealed class OutboxEntry(string id, string topic, byte[] payload, Severity severity, long createdTicks)
{
    // A row costs its text and about this much of keys and page overhead.
    private const int RowOverheadBytes = 64;

    public OutboxEntry(in EncodedEvent message, long createdTicks)
        : this(message.Id, message.Topic, message.Payload, message.Severity, createdTicks)
    {
    }

    public string Id { get; } = id;
    public string Topic { get; } = topic;
    public byte[] Payload { get; } = payload;
    public Severity Severity { get; } = severity;
    public long CreatedTicks { get; } = createdTicks;

    /// <summary>
    /// How far the wall clock had been set when it stamped this event while no time service kept it. Null: the times are right,
    /// not this machine's, or of an unknown run.
    /// </summary>
    public long? StampOffsetTicks { get; init; }

    /// <summary>Stands for the anomaly that it reports on.</summary>
    public ulong Anomaly { get; } = OwedAnomalies.KeyOf(id);
    /// <summary>Whether it reports events that were given up, and is none itself.</summary>
    public bool IsReport { get; } = id.StartsWith(GapReport.IdPrefix, StringComparison.Ordinal);
    /// <summary>Whether it may go ahead of a backlog.</summary>
    public bool IsUrgent => Severity == Severity.Critical && !IsReport;

    public long StoredBytes => Payload.Length + Topic.Length + Id.Length + RowOverheadBytes;
}
