namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Hands owed entries to the sender while there is a link: fresh ones first, the backlog no faster than its pace. Belongs to
/// the outbox's thread.
/// </summary>
/// <param name="ready">What is next.</param>
/// <param name="laneLimit">How many a lane to the sender holds.</param>
/// <param name="pace">How fast the backlog goes.</param>
/// <param name="isOver">Whether an entry needs no sending any more; it sees to the books.</param>
internal sealed class EventOffers(ReadyQueue ready, int laneLimit, BacklogPace pace, Func<OutboxEntry, bool> isOver)
{
    private bool _wasLinkUp;

    public OwedLanes Lanes { get; } = new(laneLimit);

    /// <summary>Whether there was a link at the last look.</summary>
    public bool IsLinkUp => _wasLinkUp;

    /// <summary>Looks at the link; what is owed when it comes up is the backlog.</summary>
    /// <param name="isUp">The link.</param>
    /// <param name="lastSequence">The youngest that is owed.</param>
    public void NoteLink(bool isUp, long lastSequence)
    {
        if (isUp && !_wasLinkUp) pace.Begin(lastSequence);
        _wasLinkUp = isUp;
    }

    public bool CanOffer() => _wasLinkUp && (CanOffer(isFresh: true) || CanOffer(isFresh: false));

    /// <summary>How long until the pace lets the backlog go on; the longest time when nothing waits for that.</summary>
    public TimeSpan TimeLeft() =>
        _wasLinkUp && Lanes.HasRoom(isFresh: false) && ready.TryPeek(isFresh: false, out var next) ? pace.TimeLeft(next) : TimeSpan.MaxValue;

    public void Offer()
    {
        Offer(isFresh: true);
        Offer(isFresh: false);
    }

    private bool CanOffer(bool isFresh) =>
        Lanes.HasRoom(isFresh) && ready.TryPeek(isFresh, out var next) && (isFresh || pace.Allows(next));

    private void Offer(bool isFresh)
    {
        while (_wasLinkUp && ready.TryPeek(isFresh, out var entry))
        {
            if (!isOver(entry))
            {
                if ((!isFresh && !pace.Allows(entry)) || !Lanes.TryWrite(entry)) return;
                if (!isFresh) pace.Went(entry);
            }
            ready.RemoveFirst(isFresh);
        }
    }
}
