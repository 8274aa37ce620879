using EdgeAgent.Pipeline;

namespace EdgeAgent.Demo;

/// <summary>The demo's figures at one moment.</summary>
internal sealed record DemoSnapshot(
    TimeSpan Elapsed, double Progress, long Readings, double ReadingsPerSecond, long BytesIn, long BytesForwarded,
    int Opened, int Closed, int Events, double LatencyMedianMs, double LatencyP99Ms)
{
    /// <summary>Share of the bytes that came in and did not have to go on, in percent.</summary>
    public double SavedPercent => BytesIn > 0 ? 100.0 * (BytesIn - BytesForwarded) / BytesIn : 0;

    public static DemoSnapshot Take(AgentPipeline pipeline, DemoStatistics statistics, TimeSpan elapsed, long total, DemoSnapshot? before)
    {
        var readings = pipeline.Lanes.Sum(l => l.Counters.Windowed);
        var (median, p99) = statistics.Latency();
        var seconds = (elapsed - (before?.Elapsed ?? TimeSpan.Zero)).TotalSeconds;
        return new DemoSnapshot(
            elapsed, total > 0 ? (double)statistics.SentCount / total : 0, readings,
            seconds > 0 ? (readings - (before?.Readings ?? 0)) / seconds : 0,
            pipeline.Sources.Sum(s => s.Counters.BytesIn), pipeline.Upstream.Counters.BytesOut,
            statistics.Opened, statistics.Closed, statistics.EventCount, median, p99);
    }
}
