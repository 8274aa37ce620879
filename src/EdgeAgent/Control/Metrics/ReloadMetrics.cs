using EdgeAgent.Control.Status;

namespace EdgeAgent.Control.Metrics;

/// <summary>Whether the configuration on disk is the one that runs; the first two are named after those of Prometheus itself.</summary>
internal static class ReloadMetrics
{
    public static void Write(PrometheusText page, AgentLife life)
    {
        page.Gauge("edgeagent_config_last_reload_successful", "Whether the last reload was not refused.")
            .Value(life.LastReload.Refused is null);
        page.Gauge("edgeagent_config_last_reload_success_timestamp_seconds", "When the configuration that runs was taken over, since 1970.")
            .Value(life.LastReload.Taken.ToUnixTimeMilliseconds() / 1000.0);
        page.Counter("edgeagent_config_reloads_total", "Reloads, by what came of them.")
            .Value(life.ReloadsTaken, ("outcome", "taken"))
            .Value(life.ReloadsUnchanged, ("outcome", "unchanged"))
            .Value(life.ReloadsRefused, ("outcome", "refused"));
    }
}
