using EdgeAgent.Pipeline;

namespace EdgeAgent.Hosting;

/// <summary>The books of a pipeline in one line: every message and every event accounted for.</summary>
internal static class LedgerLine
{
    public static string Of(AgentPipeline pipeline)
    {
        var lanes = pipeline.Lanes.Select(l => l.Counters).ToList();
        var outbox = pipeline.Outbox;
        return $"received {pipeline.Sources.Sum(s => s.Counters.Received)}"
            + $" = windowed {lanes.Sum(c => c.Windowed)} + filtered {lanes.Sum(c => c.Filtered)}"
            + $" + dead-lettered {lanes.Sum(c => c.DeadLettered) + pipeline.Sources.Sum(s => s.Counters.DeadLettered)};"
            + $" events {outbox.Appended + outbox.Recovered}"
            + $" = delivered {outbox.Delivered} + owed {outbox.Owed} + dropped {outbox.Dropped}";
    }
}
