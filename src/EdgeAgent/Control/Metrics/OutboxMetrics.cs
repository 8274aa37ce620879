using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Control.Metrics;

/// <summary>What is owed, what became of the rest, and how the link upstream does.</summary>
internal static class OutboxMetrics
{
    /// <param name="page">Takes them.</param>
    /// <param name="pipeline">The agent.</param>
    /// <param name="report">What the outbox says; null when it does not answer.</param>
    public static void Write(PrometheusText page, AgentPipeline pipeline, OutboxReport? report)
    {
        var outbox = pipeline.Outbox;
        page.Gauge("edgeagent_outbox_owed_events", "Events not yet acknowledged upstream.").Value(outbox.Owed);
        if (report is { } held) page.Gauge("edgeagent_outbox_owed_bytes", "What the owed events weigh.").Value(held.Bytes);
        page.Gauge("edgeagent_outbox_stored_bytes", "What the owed events on disk weigh.").Value(outbox.StoredBytes);
        page.Counter("edgeagent_outbox_recovered_events_total", "Events found on disk at the start.").Value(outbox.Recovered);
        page.Counter("edgeagent_outbox_appended_events_total", "Events taken in.").Value(outbox.Appended);
        page.Counter("edgeagent_outbox_delivered_events_total", "Events acknowledged upstream.").Value(outbox.Delivered);
        page.Counter("edgeagent_outbox_dropped_events_total", "Events given up, by reason.")
            .Value(outbox.DroppedFull, ("reason", "full"))
            .Value(outbox.DroppedExpired, ("reason", "expired"))
            .Value(outbox.DroppedRefused, ("reason", "refused"))
            .Value(outbox.DroppedDamaged, ("reason", "damaged"))
            .Value(outbox.DroppedPurged, ("reason", "purged"));
        var bySeverity = page.Counter(
            "edgeagent_outbox_dropped_by_severity_total", "Events given up, by severity; of damaged ones it is not known.");
        foreach (var severity in Enum.GetValues<Severity>())
            bySeverity.Value(outbox.DroppedOf(severity), ("severity", CloudEventEncoder.SeverityName(severity)));
        page.Gauge("edgeagent_outbox_file_bytes", "Bytes of the store's files, as of the last commit.").Value(outbox.FileBytes);
        page.Gauge("edgeagent_outbox_full", "Whether new events wait because the outbox is full and may not drop.").Value(outbox.IsFull);
        page.Counter("edgeagent_outbox_stored_events_total", "Events written to disk; the others were acknowledged before they had to be.")
            .Value(outbox.Stored);
        page.Counter("edgeagent_outbox_written_bytes_total", "Bytes written to the store's write-ahead log.").Value(outbox.WrittenBytes);
        page.Counter("edgeagent_outbox_commits_total", "Commits to disk.").Value(outbox.Commits);
        page.Counter("edgeagent_outbox_commit_failures_total", "Commits that the disk refused.").Value(outbox.CommitFailures);
        page.Gauge("edgeagent_outbox_disk_refuses", "Whether the last commit failed.").Value(outbox.IsDiskRefusing);

        var link = pipeline.Upstream.Counters;
        page.Gauge("edgeagent_upstream_connected", "Whether there is a connection upstream.").Value(link.IsConnected);
        page.Counter("edgeagent_upstream_connections_total", "Connections made upstream.").Value(link.Connections);
        page.Counter("edgeagent_upstream_failures_total", "Connections upstream that failed or ended.").Value(link.Failures);
        page.Counter("edgeagent_upstream_published_events_total", "Events published, repeats included.").Value(link.Published);
        page.Counter("edgeagent_upstream_published_bytes_total", "Bytes of the packets that carried events, repeats included.")
            .Value(link.BytesOut);
        // Before anything was received there is nothing to be a share of.
        if (TrafficStatus.Of(pipeline).Share is { } share)
            page.Gauge("edgeagent_forwarded_ratio", "Bytes forwarded for each byte received, since the start.").Value(share);
    }
}
