using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Control.Status;

/// <summary>Messages that were left out on purpose, by the reasons that status, metrics and manual name.</summary>
internal static class LeftOutMessages
{
    private static readonly (FilterReason Reason, string Word)[] ByLanes =
    [
        (FilterReason.Late, "late"),
        (FilterReason.Ahead, "ahead"),
        (FilterReason.Duplicate, "duplicate"),
        (FilterReason.LacksChannel, "lacks_channel"),
        (FilterReason.NoDetector, "no_detector"),
        (FilterReason.Gate, "gate"),
    ];

    private static readonly (Func<SourceCounters, long> Count, string Word)[] BySources =
    [
        (s => s.FilteredRetained, "retained"),
        (s => s.FilteredOthers, "other_member"),
        (s => s.FilteredHistory, "history"),
        (s => s.FilteredNoTelemetry, "no_telemetry"),
        (s => s.FilteredNoUsableValue, "no_usable_value"),
        (s => s.FilteredExcepted, "excepted"),
    ];

    /// <summary>What lanes and the source itself left out of its messages.</summary>
    public static IEnumerable<(string Reason, long Count)> Of(ISource source, IReadOnlyList<Lane> lanes) =>
        Count([.. lanes.SelectMany(l => l.Counters.BySource).Where(f => f.Source == source.Name)], [source.Counters]);

    /// <summary>The same of all sources, those that are gone among them.</summary>
    public static IEnumerable<(string Reason, long Count)> Total(AgentPipeline pipeline) =>
        Count([.. pipeline.Lanes.SelectMany(l => l.Counters.BySource)], [.. pipeline.SourceCounters]);

    /// <summary>What these lanes and sources left out.</summary>
    public static IReadOnlyList<(string Reason, long Count)> Count(
        IReadOnlyList<SourceFilter> parts, IReadOnlyList<SourceCounters> sources) =>
        [
            .. ByLanes.Select(r => (r.Word, parts.Sum(p => p.Count(r.Reason)))),
            .. BySources.Select(r => (r.Word, sources.Sum(r.Count))),
        ];
}
