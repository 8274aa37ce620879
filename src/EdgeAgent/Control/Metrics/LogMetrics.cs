using EdgeAgent.Logging;

namespace EdgeAgent.Control.Metrics;

/// <summary>Lines that the log does without.</summary>
internal static class LogMetrics
{
    public static void Write(PrometheusText page, LogCounters log) =>
        page.Counter("edgeagent_log_lines_dropped_total", "Lines that were left out of the log.")
            .Value(log.Dropped(LogDrop.Alike), ("reason", "alike"))
            .Value(log.Dropped(LogDrop.Budget), ("reason", "budget"))
            .Value(log.Dropped(LogDrop.Unread), ("reason", "unread"));
}
