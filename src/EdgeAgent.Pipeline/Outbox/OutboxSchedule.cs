namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Says whether the outbox's thread has something to do now, and if not, how long it may sleep. Belongs to that thread.</summary>
internal sealed class OutboxSchedule(
    OutboxRequests requests, GroupCommit commit, ReadyQueue ready, EventOffers offers, DropReports dropReports)
{
    /// <summary>Call under the gate of the requests.</summary>
    public bool HasWork() =>
        requests.HasAny(commit.HasRoom) || commit.IsDue(requests.IsLinkUp) || ready.IsRefillDue || ready.IsPutOffDue
            || requests.IsLinkUp != offers.IsLinkUp || offers.CanOffer() || dropReports.IsDue(requests.IsLinkUp);

    public int WaitMs()
    {
        var left = Least(Least(commit.TimeLeft(), ready.TimeLeft()), Least(dropReports.TimeLeft(requests.IsLinkUp), offers.TimeLeft()));
        return left == TimeSpan.MaxValue ? Timeout.Infinite : Math.Max(1, (int)Math.Ceiling(left.TotalMilliseconds));
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
