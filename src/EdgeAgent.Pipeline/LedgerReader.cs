using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline;

/// <summary>Takes the ledger from the counters of all rooms.</summary>
internal static class LedgerReader
{
    public static Ledger Read(
        IEnumerable<SourceCounters> sources, IEnumerable<LaneCounters> lanes, IEnumerable<LaneQueue> queues, OutboxCounters outbox)
    {
        // What waits is looked at first: if nothing did, and nothing arrived since, the lanes were at rest all the while.
        var before = sources.Sum(s => Volatile.Read(ref s.Received));
        var waiting = sources.Sum(s => s.Held) + queues.Sum(q => q.Messages) + lanes.Sum(l => Volatile.Read(ref l.Held));
        var ledger = new Ledger
        {
            Waiting = waiting,
            Windowed = lanes.Sum(l => Volatile.Read(ref l.Windowed)),
            Filtered = lanes.Sum(l => l.Filtered) + sources.Sum(s => s.Filtered),
            DeadLettered = sources.Sum(s => s.DeadLettered),
            Delivered = outbox.Delivered,
            Owed = outbox.Owed,
            Dropped = outbox.Dropped,
            Events = outbox.Recovered + outbox.Reported - outbox.ReportsDone
                + lanes.Sum(l => l.Events) - Volatile.Read(ref outbox.Repeated),
        };
        var after = sources.Sum(s => Volatile.Read(ref s.Received));
        return ledger with { Received = after, IsMoving = after != before };
    }
}
