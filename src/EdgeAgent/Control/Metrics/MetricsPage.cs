using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Delivery.Mqtt;

namespace EdgeAgent.Control.Metrics;

/// <summary>
/// The page that Prometheus scrapes. Labels are names from the configuration or fixed words, never a device: their number
/// is known when a configuration is taken over.
/// </summary>
internal sealed class MetricsPage(AgentPipeline pipeline, Observer observer, TimeProvider time)
{
    public async Task<byte[]> WriteAsync()
    {
        var learned = await pipeline.Requests.LearnedAsync().ConfigureAwait(false);
        var outbox = await StatusBuilder.AskOutboxAsync(pipeline, time).ConfigureAwait(false);
        var page = new PrometheusText();
        page.Gauge("edgeagent_build_info", "Version of the agent; always 1.").Value(1, ("version", AgentStatus.Version));
        MessageMetrics.Write(page, pipeline, time.GetUtcNow());
        DetectorMetrics.Write(page, pipeline, learned);
        GpioMetrics.Write(page, pipeline.GpioLines);
        OutboxMetrics.Write(page, pipeline, outbox);
        ProcessMetrics.Write(page, observer.Life.Started);
        ReloadMetrics.Write(page, observer.Life);
        LogMetrics.Write(page, observer.Life.Log);
        if (pipeline.Configured.Serve.Listen is not null)
            page.Counter("edgeagent_serve_requests_total", "Requests to run a model, by what came of them.")
                .Value(observer.Life.Serving.Requests - observer.Life.Serving.Failures, ("outcome", "answered"))
                .Value(observer.Life.Serving.Failures, ("outcome", "failed"));
        page.Counter("edgeagent_calibration_resets_total", "Calibrations thrown away by request.").Value(observer.Life.CalibrationsReset);
        return page.ToBytes();
    }
}
