namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Moves owed items to the send queue while there is a link: fresh ones first, the backlog no faster than its pace. Belongs to
/// the outbox's owner.
/// </summary>
/// <param name="ready">What is next.</param>
/// <param name="queueLimit">How many a send queue holds.</param>
/// <param name="pace">How fast the backlog goes.</param>
/// <param name="isOver">Whether an item needs no sending any more; it keeps the counters right.</param>
internal sealed class EventOffers(ReadyQueue ready, int queueLimit, BacklogPace pace, Func<OutboxItem, bool> isOver)
{
    private bool _wasLinkUp;

    public SendQueue Queue { get; } = new(queueLimit);

    /// <summary>Whether there was a link when it was last noted.</summary>
    public bool IsLinkUp => _wasLinkUp;

    /// <summary>
    /// Notes the state of the link. What is owed when it comes up is the backlog; what was offered when it goes down is taken
    /// back.
    /// </summary>
    /// <param name="isUp">The link.</param>
    /// <param name="lastSequence">The youngest that is owed.</param>
    public void NoteLink(bool isUp, long lastSequence)
    {
        if (isUp && !_wasLinkUp) pace.Begin(lastSequence);
        if (!isUp && _wasLinkUp)
            while (Queue.TryRead(out var item)) ready.Return(item, notBefore: 0);
        _wasLinkUp = isUp;
    }

    /// <summary>Tells the delivery that something urgent waits, so that it need not wait out its pause.</summary>
    public void Urge() => Queue.Wake?.Invoke();

    public bool CanOffer() => _wasLinkUp && (CanOffer(isFresh: true) || CanOffer(isFresh: false));

    /// <summary>How long until the pace lets the backlog go on; the longest time when nothing waits for that.</summary>
    public TimeSpan TimeLeft() =>
        _wasLinkUp && Queue.HasRoom(isFresh: false) && ready.TryPeek(isFresh: false, out var next)
            ? pace.TimeLeft(next) : TimeSpan.MaxValue;

    public void Offer()
    {
        if (!_wasLinkUp) return;
        var isAny = Offer(isFresh: true);
        isAny |= Offer(isFresh: false);
        if (isAny) Queue.Wake?.Invoke();
    }

    private bool CanOffer(bool isFresh) =>
        Queue.HasRoom(isFresh) && ready.TryPeek(isFresh, out var next) && (isFresh || pace.Allows(next));

    private bool Offer(bool isFresh)
    {
        var isAny = false;
        while (ready.TryPeek(isFresh, out var item))
        {
            if (!isOver(item))
            {
                if ((!isFresh && !pace.Allows(item)) || !Queue.TryWrite(item)) break;
                if (!isFresh) pace.Went(item);
                isAny = true;
            }
            ready.RemoveFirst(isFresh);
        }
        return isAny;
    }
}
