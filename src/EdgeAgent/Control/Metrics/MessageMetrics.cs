using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Control.Metrics;

/// <summary>What came in, and what became of it.</summary>
internal static class MessageMetrics
{
    public static void Write(PrometheusText page, AgentPipeline pipeline, DateTimeOffset now)
    {
        WriteSources(page, pipeline);
        UsabilityMetrics.Write(page, pipeline, now);
        var lanes = pipeline.Lanes.Select(l => l.Counters).ToList();
        page.Counter("edgeagent_messages_windowed_total", "Messages whose reading was taken into a window.")
            .Value(lanes.Sum(l => l.Windowed));
        page.Counter("edgeagent_messages_filtered_total", "Messages left out on purpose, by reason.")
            .Value(lanes.Sum(l => l.FilteredLate), ("reason", "late"))
            .Value(lanes.Sum(l => l.FilteredDuplicate), ("reason", "duplicate"))
            .Value(lanes.Sum(l => l.FilteredLacksChannel), ("reason", "lacks_channel"))
            .Value(lanes.Sum(l => l.FilteredNoDetector), ("reason", "no_detector"))
            .Value(lanes.Sum(l => l.FilteredGate), ("reason", "gate"))
            .Value(pipeline.SourceCounters.Sum(s => s.FilteredRetained), ("reason", "retained"))
            .Value(pipeline.SourceCounters.Sum(s => s.FilteredOthers), ("reason", "other_member"))
            .Value(pipeline.SourceCounters.Sum(s => s.FilteredHistory), ("reason", "history"))
            .Value(pipeline.SourceCounters.Sum(s => s.FilteredNoTelemetry), ("reason", "no_telemetry"));
        page.Counter("edgeagent_messages_dead_lettered_total", "Messages that could not be used, by reason.");
        foreach (var reason in FailureTexts.All)
            page.Value(pipeline.DeadLettered(reason), ("reason", reason.Word()));
        var books = pipeline.Books;
        page.Counter("edgeagent_messages_shed_total", "Messages let go for want of room.").Value(books.Shed);
        page.Gauge("edgeagent_messages_in_flight", "Messages received and not yet through a lane.").Value(books.InFlight);
        page.Counter("edgeagent_clocks_set_back_total", "Times that a device's clock was found to be set back.")
            .Value(lanes.Sum(l => l.ClockSetBack));
        page.Gauge("edgeagent_lanes_stuck", "Lanes that have work and get nowhere with it.").Value(pipeline.Watch.FindStuck().Count);
    }

    private static void WriteSources(PrometheusText page, AgentPipeline pipeline)
    {
        page.Gauge("edgeagent_source_connected", "Whether the source is subscribed at its broker.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.IsConnected, ("source", source.Name));
        page.Counter("edgeagent_source_connections_total", "Times that the source subscribed.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Connections, ("source", source.Name));
        page.Counter("edgeagent_source_sessions_lost_total", "Sessions that the broker did not keep: readings were lost.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.SessionsLost, ("source", source.Name));
        page.Gauge("edgeagent_source_devices", "Devices that the source has brought.");
        foreach (var source in pipeline.Sources) page.Value(source.Devices, ("source", source.Name));
        page.Counter("edgeagent_source_received_bytes_total", "Bytes that arrived, protocol included.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.BytesIn, ("source", source.Name));
        page.Counter("edgeagent_messages_received_total", "Messages that arrived.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Received, ("source", source.Name));
    }
}
