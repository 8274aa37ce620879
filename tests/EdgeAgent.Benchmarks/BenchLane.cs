using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Benchmarks;

/// <summary>A source's intake and the lane behind it, with one detector; the thread that feeds it runs the lane as well.</summary>
internal sealed class BenchLane : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-bench-");
    private readonly string _runtime;
    private readonly WarmState? _state;
    private readonly Lane _lane;

    /// <param name="source">How payloads are read; it is called "s".</param>
    /// <param name="bundle">The detector's model.</param>
    /// <param name="model">The same, loaded.</param>
    /// <param name="isKept">Whether what is known of devices is written through to memory that outlives the process.</param>
    public BenchLane(SourceOptions source, ModelBundle bundle, OnnxModel model, bool isKept)
    {
        // As on a gateway: in memory.
        _runtime = Directory.Exists("/dev/shm") ? $"/dev/shm/{_folder.Name}" : Path.Combine(_folder.FullName, "runtime");
        source.Name = "s";
        var options = new AgentOptions
        {
            StateFolder = _folder.FullName,
            RuntimeFolder = _runtime,
            Sources = [source],
            // An event is the rare case and allocates; here none opens, however the readings look.
            Detectors = [new DetectorOptions { Name = "d", Source = "s", Model = bundle.Folder, OnAfter = int.MaxValue }],
        };
        _state = isKept ? new WarmState(options.State, 1, TimeProvider.System, NullLogger.Instance) : null;
        _state?.Begin();
        _lane = new Lane(
            new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [bundle.Folder] = model }), new NoEvents(),
            NullLogger.Instance, state: _state?.Lanes[0]);
        Intake = new RowIntake(
            source, [new LaneRunner(_lane)], new DeadLetter(null, NullLogger.Instance, TimeProvider.System), new SourceCounters());
    }

    public RowIntake Intake { get; }

    /// <summary>Readings that were judged.</summary>
    public long Judged => _lane.Counters.Judged;

    public void Dispose()
    {
        _lane.Dispose();
        _state?.Stop();
        _state?.Dispose();
        if (Directory.Exists(_runtime)) Directory.Delete(_runtime, recursive: true);
        _folder.Delete(recursive: true);
    }

    private sealed class NoEvents : IEventSink
    {
        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => throw new InvalidOperationException("no event was to open");
    }
}
