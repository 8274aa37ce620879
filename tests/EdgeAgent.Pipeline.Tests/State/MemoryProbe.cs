using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>A lane with its state and many devices, to be weighed.</summary>
internal sealed class MemoryProbe : IEventSink, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly OnnxModel _model;
    private readonly AgentOptions _options;
    private readonly int _channels;
    private WarmState _state = null!;
    private Lane _lane = null!;
    private LaneFeed _feed = null!;

    public MemoryProbe(string bundle, int devices, int detectors = 1)
    {
        _model = OnnxModel.Load(ModelBundle.Load(bundle));
        _channels = _model.Bundle.Manifest.Channels.Count;
        _options = new AgentOptions
        {
            Sources = [Some.Source(s => s.DeviceLimit = devices)],
            Detectors = [.. Enumerable.Range(0, detectors).Select(
                i => new DetectorOptions { Name = $"d{i}", Source = "pumps", Model = bundle })],
            StateFolder = _temp.File("state"), RuntimeFolder = _temp.File("runtime"), Lanes = 1,
        };
        Devices = devices;
        Directory.CreateDirectory(_options.StateFolder);
        Start();
    }

    public int Devices { get; }
    public int Events { get; private set; }
    public AgentOptions Options => _options;
    public Lane Lane => _lane;
    public BundleManifest Manifest => _model.Bundle.Manifest;

    /// <summary>Bytes of objects that are in use.</summary>
    public static long HeapBytes => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>Bytes of the memory that outlives the process.</summary>
    public long MappedBytes => Directory.GetFiles(_options.RuntimeFolder).Sum(f => new FileInfo(f).Length);

    public void Start()
    {
        _state = new WarmState(_options.State, 1, TimeProvider.System, new LogLines());
        _state.Begin();
        var models = new Dictionary<string, OnnxModel> { [_options.Detectors[0].Model] = _model };
        _lane = new Lane(new DetectionSetup(_options.Detection, models), this, new LogLines(), state: _state.Lanes[0]);
        _feed = new LaneFeed(_options.Sources[0], [_lane], new LogLines());
    }

    /// <summary>A device under its detectors.</summary>
    public DetectorTrack[] Tracks(int device) => Some.Track(_feed.Device(Name(device))).Detectors;

    /// <summary>As a kill leaves it.</summary>
    public void Kill()
    {
        _lane.Dispose();
        _state.Dispose();
        (_lane, _state, _feed) = (null!, null!, null!);
    }

    /// <summary>Each device sends a reading a second.</summary>
    public void Send(int from, int to, Func<int, int, double> value)
    {
        var payload = new StringBuilder();
        for (var second = from; second < to; second++)
        {
            for (var device = 0; device < Devices; device++)
            {
                payload.Clear().Append(CultureInfo.InvariantCulture, $"{{\"ts\": {1_767_225_600 + second}, \"values\": {{");
                for (var c = 0; c < _channels; c++)
                    payload.Append(
                        CultureInfo.InvariantCulture, $"{(c == 0 ? "" : ", ")}\"{Manifest.Channels[c].Name}\": {value(second, c):0.###}");
                payload.Append("}}");
                _feed.Send(Encoding.UTF8.GetBytes(Name(device)), Encoding.UTF8.GetBytes(payload.ToString()), DateTime.UtcNow.Ticks);
                if (device % 500 == 499) _feed.HandOver();
            }
            _feed.HandOver();
        }
    }

    private static string Name(int device) => string.Create(CultureInfo.InvariantCulture, $"pump-{device:00000}");

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => Events++;

    public void Dispose()
    {
        if (_lane is not null) Kill();
        _model.Dispose();
        _temp.Dispose();
    }
}
