using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>One event as it will be sent: encoded once, so that every attempt sends the same bytes.</summary>
/// <param name="id">The event's id, stable over retries and restarts.</param>
/// <param name="topic">Topic upstream.</param>
/// <param name="payload">The message.</param>
/// <param name="severity">How bad.</param>
/// <param name="createdTicks">When it was taken in, by the <see cref="SteadyClock"/> of that run; its time to live counts from here.</param>
/// <param name="receipt">Released once the event is safe.</param>
internal sealed class OutboxEntry(string id, string topic, byte[] payload, Severity severity, long createdTicks, EventReceipt? receipt)
{
    // A row costs its text and about this much of keys and page overhead.
    private const int RowOverheadBytes = 64;

    private EventReceipt? _receipt = receipt;
    private List<EventReceipt>? _repeats;

    public string Id { get; } = id;
    public string Topic { get; } = topic;
    public byte[] Payload { get; } = payload;
    public Severity Severity { get; } = severity;
    public long CreatedTicks { get; } = createdTicks;
    /// <summary>Stands for the anomaly that it reports on.</summary>
    public ulong Anomaly { get; } = OwedAnomalies.KeyOf(id);
    /// <summary>Whether it tells of events that were given up, and is none itself.</summary>
    public bool IsReport { get; } = id.StartsWith(GapReport.IdPrefix, StringComparison.Ordinal);
    /// <summary>Whether it may go ahead of a backlog.</summary>
    public bool IsUrgent => Severity == Severity.Critical && !IsReport;
    /// <summary>Whether it goes ahead of the backlog. Set by the outbox before anyone else sees it.</summary>
    public bool IsFresh { get; set; }

    /// <summary>Its place in the order of sending. Set by the outbox.</summary>
    public long Sequence { get; set; }
    /// <summary>When the outbox took it in, by the monotonic clock. Set by the outbox.</summary>
    public long TakenAt { get; set; }
    /// <summary>Before this instant of the monotonic clock it is not to be sent again; 0: at any time.</summary>
    public long NotBefore { get; set; }
    /// <summary>How often the broker refused it for the time being. Only who sends it touches it.</summary>
    public int Refusals { get; set; }
    /// <summary>When that began, by the monotonic clock; 0: it never did. Only who sends it touches it.</summary>
    public long RefusedSince { get; set; }
    /// <summary>Why the broker refuses it for ever; null: it does not.</summary>
    public string? RefusedBecause { get; set; }
    /// <summary>Attempts that ended badly while it was sent alone. Only who sends it touches it.</summary>
    public int Failures { get; set; }
    /// <summary>Whether it is on disk. Only the outbox's thread touches it.</summary>
    public bool IsCommitted { get; set; }
    /// <summary>Whether it needs nothing more: delivered or dropped. Only the outbox's thread touches it.</summary>
    public bool IsDone { get; set; }

    /// <summary>
    /// How far the wall clock had been set when it stamped this event while no time service kept it; null: its times are right,
    /// not this machine's, or of a run of which nobody knows.
    /// </summary>
    public long? StampOffsetTicks { get; init; }

    /// <summary>Where it is kept through a kill until it is safe; null: nowhere.</summary>
    public PendingEvents? Keeper { get; set; }

    public long StoredBytes => Payload.Length + Topic.Length + Id.Length + RowOverheadBytes;

    /// <summary>Another message waits for this event, too: the broker repeated the one that caused it.</summary>
    public void AddReceipt(EventReceipt repeat)
    {
        repeat.AddEvent();
        (_repeats ??= []).Add(repeat);
    }

    /// <summary>The event cannot be lost any more.</summary>
    public void MarkSafe()
    {
        Keeper?.Free(this);
        Keeper = null;
        _receipt?.Release();
        _receipt = null;
        foreach (var repeat in _repeats ?? [])
            repeat.Release();
        _repeats = null;
    }
}
