using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>How the agent ends before it starts again.</summary>
public enum Ending
{
    /// <summary>The live files stay as they are.</summary>
    Kill,
    /// <summary>An orderly stop, then the machine goes off: the checkpoint stays.</summary>
    StopAndPowerOff,
}

/// <summary>Lanes whose state is kept in a folder, ended and started again at will. The score is the sum of z.</summary>
internal sealed class StateBench : IEventSink, IJudgementObserver, IDisposable
{
    /// <summary>Devices that were heard long ago are forgotten.</summary>
    private static readonly long FirstArrival = DateTime.UtcNow.AddDays(-1).Ticks;

    private readonly TempFolder _temp = new();
    private readonly OnnxModel _model;
    private readonly AgentOptions _options;
    private readonly CloudEventEncoder _encoder = new(new AgentIdentity("site", "agent"));
    private LaneFeed _feed = null!;
    private WarmState? _state;
    private Lane[] _lanes = [];
    private int _sent;

    public StateBench(BundleManifest? manifest = null, Action<DetectorOptions>? change = null, int lanes = 1, bool isKept = true,
        byte[]? model = null, string? runtime = null)
    {
        manifest ??= Manifest();
        _model = OnnxModel.Load(
            ModelBundle.Load(TinyBundle.Write(_temp.File("sum"), manifest, model ?? TinyBundle.SumModel(manifest.Channels.Count))));
        var detector = new DetectorOptions { Name = "health", Source = "pumps", Model = "sum" };
        change?.Invoke(detector);
        _options = new AgentOptions
        {
            Sources = [Some.Source()], Detectors = [detector], StateFolder = _temp.File("state"),
            RuntimeFolder = runtime ?? _temp.File("runtime"),
            Rules = [new RuleOptions { Name = "high", When = "a > 30", Severity = Severity.Critical }],
        };
        Directory.CreateDirectory(_options.StateFolder);
        IsKept = isKept;
        Start(lanes);
    }

    public bool IsKept { get; }
    public LogLines Log { get; } = new();
    public List<string> Events { get; } = [];
    public List<string> Scores { get; } = [];
    public string LiveFile => _temp.File("runtime/lane-0.live");
    public string DevicesFile => _temp.File("runtime/lane-0.devices");
    public string Checkpoint => _temp.File("state/devices.checkpoint");
    public AgentOptions Options => _options;
    public WarmState State => _state!;
    public Lane[] Lanes => _lanes;

    /// <summary>A calibration that is renewed and that adopts, on two channels.</summary>
    public static BundleManifest Manifest()
    {
        var manifest = TinyBundle.Sum("a", "b");
        foreach (var channel in manifest.Channels)
            channel.Floor = 0.01f;
        return manifest with
        {
            Calibration = new ManifestCalibration
            {
                Readings = 30, Clip = 1000, Renew = new ManifestRenewal { Every = 16, Blocks = 3, AdoptAfter = 48 },
            },
            Window = new ManifestWindow { Length = 5, Gap = TimeSpan.FromSeconds(60) },
            Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 5 }] },
            Output = new ManifestOutput { Zero = 0, One = 4 },
            Decision = new ManifestDecision { OnAfter = 3, OffAfter = 2, Smooth = 2 },
        };
    }

    /// <summary>A device that has sent something since the start.</summary>
    public Device Device(string name) => _feed.Device(name);

    public void Send(string device, long second, double a, double b = 0, bool redelivered = false)
    {
        var payload = string.Create(CultureInfo.InvariantCulture, $$$"""{"ts": {{{1_767_225_600 + second}}}, "values": {"a": {{{a:R}}}, "b": {{{b:R}}}}}""");
        _feed.Send(Encoding.UTF8.GetBytes(device), Encoding.UTF8.GetBytes(payload), Arrival(), mayRepeat: redelivered);
    }

    /// <param name="device">Who sends.</param>
    /// <param name="second">Event time.</param>
    /// <param name="values">The channels as JSON.</param>
    public void SendJson(string device, long second, string values) => _feed.Send(
        Encoding.UTF8.GetBytes(device),
        Encoding.UTF8.GetBytes($"{{\"ts\": {1_767_225_600 + second}, \"values\": {values}}}"), Arrival());

    /// <summary>The same of a message that may have come before.</summary>
    public void Send(string device, long second, string values, bool redelivered) => _feed.Send(
        Encoding.UTF8.GetBytes(device),
        Encoding.UTF8.GetBytes($"{{\"ts\": {1_767_225_600 + second}, \"values\": {values}}}"), Arrival(), mayRepeat: redelivered);

    /// <summary>A message a second, whatever the machine: what a device's clock makes of times depends on it.</summary>
    private long Arrival() => FirstArrival + _sent++ * TimeSpan.TicksPerSecond;

    /// <summary>Nothing arrives for so long.</summary>
    public void Wait(int seconds) => _sent += seconds;

    /// <summary>The lanes take what was sent, each its own.</summary>
    public void Flush() => _feed.HandOver();

    /// <summary>A lane on the same state that keeps no list of what it judged.</summary>
    public Lane LaneWithoutObserver() => new(
        new DetectionSetup(_options.Detection, new Dictionary<string, OnnxModel> { ["sum"] = _model }), this, Log, state: _state!.Lanes[0]);

    /// <summary>Has the lanes judge by other options, between two batches.</summary>
    public void Reload(Action<AgentOptions> change, Func<Device, bool>? isGone = null, OnnxModel? model = null)
    {
        change(_options);
        var setup = new DetectionSetup(_options.Detection, new Dictionary<string, OnnxModel> { ["sum"] = model ?? _model });
        foreach (var lane in _lanes)
            lane.Change(lane.Prepare(setup), isGone ?? (_ => false));
    }

    /// <summary>The same model under another version.</summary>
    public OnnxModel NextVersion()
    {
        var manifest = Manifest() with { Version = "2.0.0" };
        return OnnxModel.Load(
            ModelBundle.Load(TinyBundle.Write(_temp.File("sum-2"), manifest, TinyBundle.SumModel(manifest.Channels.Count))));
    }

    public void Restart(Ending ending, int lanes = 1)
    {
        End(ending);
        Start(lanes);
    }

    public void End(Ending ending)
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        if (ending == Ending.StopAndPowerOff) _state?.Stop();
        _state?.Dispose();
        _state = null;
        if (ending == Ending.StopAndPowerOff && Directory.Exists(_options.RuntimeFolder))
            Directory.Delete(_options.RuntimeFolder, recursive: true);
    }

    public void Start(int lanes = 1, bool areAllKept = false)
    {
        _state = IsKept ? new WarmState(_options.State, lanes, TimeProvider.System, Log) : null;
        _state?.Begin(areAllKept);
        var models = new Dictionary<string, OnnxModel> { ["sum"] = _model };
        _lanes = [.. Enumerable.Range(0, lanes).Select(i =>
            new Lane(new DetectionSetup(_options.Detection, models), this, Log, this, state: _state?.Lanes[i]))];
        _feed = new LaneFeed(_options.Sources[0], _lanes, Log);
    }

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => Events.Add(Encoding.UTF8.GetString(_encoder.Encode(anomaly)));

    public void Judged(DetectorTrack track, long timeTicks, float score) =>
        Scores.Add(string.Create(CultureInfo.InvariantCulture, $"{track.Device.Name} {timeTicks} {score:R} {track.Decision.IsOpen}"));

    public void Dispose()
    {
        End(Ending.Kill);
        _model.Dispose();
        _temp.Dispose();
    }
}
