using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// An entry and the outbox's own record of it: its place, whether it is on disk, who waits for it. Only the outbox's owner
/// changes it; a delivery sees the <see cref="Entry"/> and hands the item back.
/// </summary>
internal sealed class OutboxItem(OutboxEntry entry, EventReceipt? receipt = null, PendingEvents? keeper = null)
{
    private EventReceipt? _receipt = receipt;
    private PendingEvents? _keeper = keeper;
    private List<EventReceipt>? _repeats;

    public OutboxEntry Entry { get; } = entry;

    /// <summary>Its place in the order of sending; 0: it has none yet.</summary>
    public long Sequence { get; set; }
    /// <summary>When the outbox took it in, by the monotonic clock.</summary>
    public long TakenAt { get; set; }
    /// <summary>Whether it goes ahead of the backlog.</summary>
    public bool IsFresh { get; set; }
    /// <summary>Whether it is on disk.</summary>
    public bool IsCommitted { get; set; }
    /// <summary>Whether it needs nothing more: delivered or dropped.</summary>
    public bool IsDone { get; set; }

    /// <summary>Adds a message that waits for this event, too: the broker repeated the one that caused it.</summary>
    public void AddReceipt(EventReceipt repeat)
    {
        repeat.AddEvent();
        (_repeats ??= []).Add(repeat);
    }

    /// <summary>Releases everyone who waits: the event cannot be lost any more.</summary>
    public void MarkSafe()
    {
        _keeper?.Free(Entry);
        _keeper = null;
        _receipt?.Release();
        _receipt = null;
        if (_repeats is null) return;
        foreach (var repeat in _repeats)
            repeat.Release();
        _repeats = null;
    }
}
