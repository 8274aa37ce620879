using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Control.Metrics;

/// <summary>What was judged, how long that took, and what it came to.</summary>
internal static class DetectorMetrics
{
    public static void Write(PrometheusText page, AgentPipeline pipeline, ILookup<string, DeviceLearned>? learned)
    {
        var detectors = pipeline.Lanes.SelectMany(l => l.Detectors).GroupBy(d => d.Options.Name).ToList();
        page.Counter("edgeagent_judgements_total", "Windows judged.");
        foreach (var detector in detectors) page.Value(detector.Sum(d => d.Counters.Judged), ("detector", detector.Key));
        page.Counter("edgeagent_windows_not_judged_total", "Windows that the model failed on.")
            .Value(pipeline.Lanes.Sum(l => l.Counters.InferenceFailed));
        page.Counter("edgeagent_windows_not_a_number_total", "Windows of which the model made something that is not a number.");
        foreach (var detector in detectors) page.Value(detector.Sum(d => d.Counters.NotANumber), ("detector", detector.Key));
        page.Counter("edgeagent_events_total", "Events made, by detector, kind and severity.");
        foreach (var detector in detectors)
            foreach (var kind in Enum.GetValues<EventKind>())
                foreach (var severity in Enum.GetValues<Severity>())
                    page.Value(detector.Sum(d => d.Counters.Events(kind, severity)),
                        ("detector", detector.Key), ("kind", Word(kind)), ("severity", Word(severity)));
        page.Gauge("edgeagent_open_anomalies", "Anomalies that are open, of devices heard of since the start.");
        foreach (var detector in detectors) page.Value(detector.Sum(d => d.Counters.Open), ("detector", detector.Key));
        if (learned is not null)
        {
            page.Gauge("edgeagent_detector_devices", "Devices, by whether the detector has learned what is normal for them.");
            foreach (var detector in detectors)
                page.Value(learned[detector.Key].Count(d => d.IsComplete), ("detector", detector.Key), ("state", "calibrated"))
                    .Value(learned[detector.Key].Count(d => d.IsProvisional), ("detector", detector.Key), ("state", "provisional"))
                    .Value(learned[detector.Key].Count(d => d.IsLearning), ("detector", detector.Key), ("state", "learning"))
                    .Value(learned[detector.Key].Count(d => d.IsLacking), ("detector", detector.Key), ("state", "lacking"));
        }
        page.Gauge("edgeagent_models_missing", "Models of the configuration that cannot be used.").Value(pipeline.ModelTroubles.Count);
        var models = pipeline.Lanes.SelectMany(l => l.Models.Stages).GroupBy(s => s.ModelName).ToList();
        page.Gauge("edgeagent_model_load_seconds", "What reading and preparing a model took, when it was loaded.");
        foreach (var model in models)
            if (model.First().ColdStart is { } cold) page.Value(cold.Load.TotalSeconds, ("model", model.Key));
        page.Gauge("edgeagent_model_first_run_seconds", "What a model's first run took, before its first window came.");
        foreach (var model in models)
            if (model.First().ColdStart is { } cold) page.Value(cold.FirstRun.TotalSeconds, ("model", model.Key));
        page.Histogram("edgeagent_inference_run_seconds", "Time of one run of a model, on one window or on many.");
        foreach (var model in models)
            WriteRuns(page, model.Key, model.Select(s => s.Times).ToList());
    }

    private static void WriteRuns(PrometheusText page, string model, List<RunTimes> lanes)
    {
        var counts = new long[RunTimes.Bounds.Length + 1];
        foreach (var lane in lanes)
            for (var i = 0; i < counts.Length; i++)
                counts[i] += lane.Counts[i];
        page.Buckets(RunTimes.Bounds, counts, lanes.Sum(l => l.Seconds), ("model", model));
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
