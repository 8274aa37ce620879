using System.Globalization;
using System.Text;
using System.Threading.Channels;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Decode;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Windows;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>A lane that judges with a model whose score is known: the sum of the channels, once two zeros calibrated it.</summary>
internal sealed class LaneBench : IEventSink, IJudgementObserver, IAlarmOutput, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly OnnxModel _model;
    private readonly Dictionary<string, Device> _devices = [];
    private readonly MessageBatch _batch = NewBatch();
    private int _second;

    public LaneBench(Action<DetectorOptions>? change = null, BundleManifest? manifest = null, byte[]? model = null, params RuleOptions[] rules)
    {
        manifest ??= TinyBundle.Sum("a");
        var folder = TinyBundle.Write(_temp.File("sum"), manifest, model ?? TinyBundle.SumModel(manifest.Channels.Count));
        _model = OnnxModel.Load(ModelBundle.Load(folder));
        var detector = new DetectorOptions { Name = "health", Source = "pumps", Model = "sum" };
        change?.Invoke(detector);
        var options = new AgentOptions { Sources = [Some.Source(s => s.SampleRate = 1000)], Detectors = [detector], Rules = [.. rules] };
        Lane = new Lane(options, new Dictionary<string, OnnxModel> { ["sum"] = _model }, this, new DeadLetter(null, Log, TimeProvider.System), Log, this, this,
            gates: new Dictionary<string, IGate> { ["running"] = Gate });
    }

    public Lane Lane { get; }
    /// <summary>The gate "running".</summary>
    public HandGate Gate { get; } = new();
    public LogLines Log { get; } = new();
    public List<AnomalyEvent> Events { get; } = [];
    public List<float> Scores { get; } = [];
    /// <summary>What the observer heard of readings: how many judgements came before each, and its value; null: nobody wants to know.</summary>
    public List<(int Judged, float Value)>? Arrivals { get; set; }
    /// <summary>What was driven, in order.</summary>
    public List<string> Alarms { get; } = [];
    /// <summary>Messages that go to the lane at once.</summary>
    public int BatchSize { get; set; } = 1;

    /// <summary>Sends one reading a second of channel a, after the two that calibrate.</summary>
    public LaneBench Send(params float[] values)
    {
        if (_second == 0) values = [0, 0, .. values];
        foreach (var value in values)
            SendJson(string.Create(CultureInfo.InvariantCulture, $"{{\"ts\": {Ts()}, \"values\": {{\"a\": {value}}}}}"));
        return Flush();
    }

    /// <summary>A device that has sent something.</summary>
    public Device Device(string name) => _devices[name];

    public long Ts() => 1_767_225_600 + _second;

    public LaneBench Skip(int seconds)
    {
        _second += seconds;
        return this;
    }

    public LaneBench SendJson(string json, bool redelivered = false, string device = "pump-7")
    {
        _second++;
        if (!_devices.TryGetValue(device, out var known)) _devices[device] = known = new Device(device, 0, 0);
        _batch.Add(known, Encoding.UTF8.GetBytes(json), arrivalTicks: 0, redelivered: redelivered);
        return _batch.Count >= BatchSize ? Flush() : this;
    }

    public LaneBench Flush()
    {
        Lane.Take(_batch);
        _batch.Return();
        return this;
    }

    public string Kinds => string.Join(" ", Events.Select(e => e.Kind));

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => Events.Add(anomaly);

    public void Arrived(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelTable channels) =>
        Arrivals?.Add((Scores.Count, values[channels.IndexOf("a")]));

    public void Judged(DetectorTrack track, long timeTicks, float score) => Scores.Add(score);

    public void Raise(string anomalyId, GpioOptions gpio) => Alarms.Add($"raise {gpio.Line.Offset} {anomalyId}");

    public void Clear(string anomalyId) => Alarms.Add($"clear {anomalyId}");

    /// <summary>A batch that belongs to no pool.</summary>
    public static MessageBatch NewBatch() => new(Channel.CreateBounded<MessageBatch>(1).Writer);

    public void Dispose()
    {
        Lane.Dispose();
        _model.Dispose();
        _temp.Dispose();
    }
}

/// <summary>A gate that a test opens and closes.</summary>
internal sealed class HandGate : IGate
{
    public bool IsOpen { get; set; } = true;
}
