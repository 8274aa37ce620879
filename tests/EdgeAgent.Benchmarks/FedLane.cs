using System.Text;
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

/// <summary>A lane that is fed the readings of a real pump, spread over devices, decoded from JSON and in batches of one size.</summary>
internal sealed class FedLane : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-bench-");
    private readonly string _runtime;
    private readonly IReadOnlyList<byte[]> _payloads = Bench.Payloads();
    private readonly RowIntake _intake;
    private readonly WarmState? _state;
    private readonly Lane _lane;
    private readonly byte[][] _topics;
    private readonly int _batch;
    private readonly long _judgedBefore;
    private long _fed;
    // Time must rise for ever, so the same payloads serve with a new time stamp each; patching it costs nothing here.
    private long _clock = 1_700_000_000_000L;

    public FedLane(ModelBundle bundle, OnnxModel model, int batch, int devices, bool isKept)
    {
        // As on a gateway: in memory.
        _runtime = Directory.Exists("/dev/shm") ? $"/dev/shm/{_folder.Name}" : Path.Combine(_folder.FullName, "runtime");
        var options = new AgentOptions
        {
            StateFolder = _folder.FullName,
            RuntimeFolder = _runtime,
            Sources = [new SourceOptions { Name = "s", ChannelsBelow = "values", Time = "ts" }],
            // An event is the rare case and allocates; here none opens, however the readings look.
            Detectors = [new DetectorOptions { Name = "d", Source = "s", Model = bundle.Folder, OnAfter = int.MaxValue }],
        };
        _state = isKept ? new WarmState(options.State, 1, TimeProvider.System, NullLogger.Instance) : null;
        _state?.Begin();
        _lane = new Lane(
            new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [bundle.Folder] = model }), new NoEvents(),
            NullLogger.Instance, state: _state?.Lanes[0]);
        _intake = new RowIntake(
            options.Sources[0], [new LaneRunner(_lane)],
            new DeadLetter(null, NullLogger.Instance, TimeProvider.System), new SourceCounters());
        _topics = [.. Enumerable.Range(0, devices).Select(i => Encoding.UTF8.GetBytes($"pump-{i}"))];
        _batch = batch;
        Feed(devices * 500);
        (_fed, _judgedBefore) = (0, _lane.Counters.Judged);
    }

    public void Feed(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var payload = _payloads[i % _payloads.Count];
            Stamp(payload, _clock++);
            _intake.Take(new IncomingMessage { Topic = _topics[i % _topics.Length], Payload = payload, ArrivalTicks = 0 }, null, 0, out _);
            if ((i + 1) % _batch == 0) _intake.HandOver();
        }
        _intake.HandOver();
        _fed += count;
    }

    public void CheckJudged()
    {
        if (_lane.Counters.Judged - _judgedBefore < _fed) throw new InvalidOperationException("the lane did not judge every reading");
    }

    public void Dispose()
    {
        _lane.Dispose();
        _state?.Stop();
        _state?.Dispose();
        if (Directory.Exists(_runtime)) Directory.Delete(_runtime, recursive: true);
        _folder.Delete(recursive: true);
    }

    /// <summary>Writes 13 digits of Unix milliseconds over those of the payload, which begins <c>{"ts":</c>.</summary>
    private static void Stamp(byte[] payload, long milliseconds)
    {
        for (var at = "{\"ts\":".Length + 12; at >= "{\"ts\":".Length; at--, milliseconds /= 10)
            payload[at] = (byte)('0' + milliseconds % 10);
    }

    private sealed class NoEvents : IEventSink
    {
        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => throw new InvalidOperationException("no event was to open");
    }
}
