using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Control.Metrics;

/// <summary>How much of what sources bring can be used, by source.</summary>
internal static class UsabilityMetrics
{
    public static void Write(PrometheusText page, AgentPipeline pipeline, DateTimeOffset now)
    {
        var sources = pipeline.Sources;
        page.Counter("edgeagent_source_refused_total", "Messages of the source that could not be used, by reason.");
        foreach (var source in sources)
            foreach (var reason in FailureTexts.All)
                page.Value(source.Counters.Refused(reason), ("source", source.Name), ("reason", reason.Word()));
        page.Counter("edgeagent_source_filtered_total", "Messages of the source left out on purpose, by reason.");
        foreach (var source in sources)
            foreach (var (reason, count) in LeftOutMessages.Of(source, pipeline.Lanes))
                page.Value(count, ("source", source.Name), ("reason", reason));
        page.Gauge("edgeagent_source_unusable_share", "Share of the messages of the last minutes that could not be used, 0 to 1.");
        foreach (var source in sources)
            page.Value(source.Intake?.Recent(now.UtcTicks).Share ?? 0, ("source", source.Name));
        page.Gauge("edgeagent_source_unheard", "Whether the source is connected for a minute and has never received anything.");
        foreach (var source in sources) page.Value(SourceTroubles.SilentFor(source, now) is not null, ("source", source.Name));
        page.Gauge("edgeagent_devices_not_judged", "Devices that send and are judged by no detector.")
            .Value(pipeline.Lanes.Sum(l => l.Unjudged.Count));
        page.Gauge("edgeagent_troubles", "Troubles of the pipeline, as the status tells them.")
            .Value(PipelineTroubles.Find(pipeline, now).Count);
    }
}
