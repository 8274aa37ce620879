using EdgeAgent.Control.Status;
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
        page.Counter("edgeagent_messages_filtered_total", "Messages left out on purpose, by reason.");
        foreach (var (reason, count) in LeftOutMessages.Total(pipeline)) page.Value(count, ("reason", reason));
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
        page.Counter("edgeagent_source_times_of_arrival_total", "Readings without a usable time that got that of their arrival.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Times.OfArrival, ("source", source.Name));
        page.Counter("edgeagent_source_sparkplug_unknown_metrics_total", "Metrics that could not be used: no birth names them.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Sparkplug.UnknownMetrics, ("source", source.Name));
        page.Counter("edgeagent_source_sparkplug_sequence_gaps_total", "Sparkplug messages that were lost or came in disorder.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Sparkplug.SequenceGaps, ("source", source.Name));
        page.Counter("edgeagent_source_sparkplug_deaths_total", "Deaths of Sparkplug edge nodes and devices.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Sparkplug.Deaths, ("source", source.Name));
        page.Gauge("edgeagent_source_devices", "Devices that the source has brought.");
        foreach (var source in pipeline.Sources) page.Value(source.Devices, ("source", source.Name));
        page.Counter("edgeagent_source_devices_left_total", "Devices that made room for new ones.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.DevicesLeft, ("source", source.Name));
        page.Counter("edgeagent_source_channels_left_total", "Channels that made room for new ones.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.ChannelsLeft, ("source", source.Name));
        page.Counter("edgeagent_source_received_bytes_total", "Bytes that arrived, protocol included.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.BytesIn, ("source", source.Name));
        page.Counter("edgeagent_messages_received_total", "Messages that arrived.");
        foreach (var source in pipeline.Sources) page.Value(source.Counters.Received, ("source", source.Name));
    }
}
