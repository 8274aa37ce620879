namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Says whether the outbox's thread has something to do now, and if not, how long it may sleep. Belongs to the outbox's owner.
/// </summary>
internal sealed class OutboxSchedule(
    OutboxRequests requests, GroupCommit commit, ReadyQueue ready, EventOffers offers, DropReports dropReports)
{
    /// <summary>Call under the gate of the requests.</summary>
    public bool HasWork() =>
        requests.HasAny(commit.HasRoom) || commit.IsDue(requests.IsLinkUp) || ready.IsRefillDue || ready.IsPutOffDue
            || requests.IsLinkUp != offers.IsLinkUp || offers.CanOffer() || dropReports.IsDue(requests.IsLinkUp);

    /// <summary>
    /// Whether something is due that only the outbox's own thread does, for it takes time. Call under the gate of the requests.
    /// </summary>
    public bool NeedsThread() =>
        !requests.IsLinkUp || !offers.IsLinkUp || !commit.HasRoom || commit.IsDue(isLinkUp: true) || ready.IsRefillDue || ready.IsPutOffDue
            || dropReports.IsDue(isLinkUp: true);

    public int WaitMs()
    {
        var left = Least(Least(commit.TimeLeft(), ready.TimeLeft()), Least(dropReports.TimeLeft(requests.IsLinkUp), offers.TimeLeft()));
        return left == TimeSpan.MaxValue ? Timeout.Infinite : Math.Max(1, (int)Math.Ceiling(left.TotalMilliseconds));
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
