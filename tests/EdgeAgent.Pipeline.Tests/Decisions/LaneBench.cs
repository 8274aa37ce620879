using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>A lane that judges with a model whose score is known: the sum of the channels, once two zeros calibrated it.</summary>
internal sealed class LaneBench : IEventSink, IJudgementObserver, IAlarmOutput, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly OnnxModel _model;
    private readonly LaneFeed _feed;
    private int _sent;
    private int _second;

    public LaneBench(
        Action<DetectorOptions>? change = null, BundleManifest? manifest = null, byte[]? model = null, Action<SourceOptions>? source = null,
        params RuleOptions[] rules)
    {
        manifest ??= TinyBundle.Sum("a");
        var folder = TinyBundle.Write(_temp.File("sum"), manifest, model ?? TinyBundle.SumModel(manifest.Channels.Count));
        var detector = new DetectorOptions { Name = "health", Source = "pumps", Model = "sum" };
        change?.Invoke(detector);
        _model = OnnxModel.Load(Detection.Decisions.NamedChannels.Bundle(detector, ModelBundle.Load(folder)));
        var options = new AgentOptions { Sources = [Some.Source(s => s.SampleRate = 1000)], Detectors = [detector], Rules = [.. rules] };
        source?.Invoke(options.Sources[0]);
        Lane = new Lane(new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [detector.ModelKey] = _model },
            new Dictionary<string, IGate> { ["running"] = Gate }), this, Log, this, this);
        _feed = new LaneFeed(options.Sources[0], [Lane], Log);
    }

    public Lane Lane { get; }
    /// <summary>What the source of the readings has counted.</summary>
    public SourceCounters Source => _feed.Counters;
    /// <summary>The gate "running".</summary>
    public HandGate Gate { get; } = new();
    public LogLines Log { get; } = new();
    public List<AnomalyEvent> Events { get; } = [];
    public List<float> Scores { get; } = [];
    /// <summary>Event times of the judged readings, in seconds since the first of January 2026; null: nobody wants to know.</summary>
    public List<double>? Times { get; set; }
    /// <summary>
    /// What the observer heard of readings: how many judgements came before each, and its value; null: nobody wants to know.
    /// </summary>
    public List<(int Judged, float Value)>? Arrivals { get; set; }
    /// <summary>Called with each reading, on the thread that runs the lane.</summary>
    public Action<Device, long>? OnArrival { get; set; }
    /// <summary>Whether the sink says that an event might have to wait.</summary>
    public bool MayBlock { get; set; }
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
    public Device Device(string name) => _feed.Device(name);

    public long Ts() => 1_767_225_600 + _second;

    public LaneBench Skip(int seconds)
    {
        _second += seconds;
        return this;
    }

    public LaneBench SendJson(string json, bool redelivered = false, string device = "pump-7", long arrivalTicks = 0)
    {
        _second++;
        Send(Encoding.UTF8.GetBytes(device), Encoding.UTF8.GetBytes(json), mayRepeat: redelivered, arrivalTicks);
        return this;
    }

    /// <summary>Sends one message, without allocating.</summary>
    public void Send(ReadOnlySpan<byte> device, ReadOnlySpan<byte> json, bool mayRepeat = false, long arrivalTicks = 0)
    {
        _feed.Send(device, json, arrivalTicks, mayRepeat: mayRepeat);
        if (++_sent % BatchSize == 0) Flush();
    }

    public LaneBench Flush()
    {
        _sent = 0;
        _feed.HandOver();
        return this;
    }

    public string Kinds => string.Join(" ", Events.Select(e => e.Kind));

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => Events.Add(anomaly);

    public void Arrived(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels)
    {
        OnArrival?.Invoke(device, timeTicks);
        Arrivals?.Add((Scores.Count, values[channels.IndexOf("a")]));
    }

    public void Judged(DetectorTrack track, long timeTicks, float score)
    {
        Scores.Add(score);
        Times?.Add((double)(timeTicks - Some.Start.UtcTicks) / TimeSpan.TicksPerSecond);
    }

    public void Raise(string anomalyId, GpioOptions gpio) => Alarms.Add($"raise {gpio.Line.Offset} {anomalyId}");

    public void Clear(string anomalyId) => Alarms.Add($"clear {anomalyId}");

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
