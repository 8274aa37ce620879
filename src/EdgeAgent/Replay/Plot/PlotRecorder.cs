using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;

namespace EdgeAgent.Replay.Plot;

/// <summary>Keeps what a picture of a replay shows, for the first devices that come.</summary>
internal sealed class PlotRecorder(LabelNames labels) : IJudgementObserver
{
    public const int DeviceLimit = 16;

    private readonly List<DevicePlot> _devices = [];
    private readonly HashSet<string> _leftOut = [];
    private DevicePlot? _current;
    // Readings are labelled as they are read, and judged a batch later.
    private readonly Queue<(long Ticks, ReadingLabel? Label)> _labels = new();
    private string _file = "";

    public IReadOnlyList<DevicePlot> Devices => _devices;
    /// <summary>Devices that found no room.</summary>
    public int DevicesLeftOut => _leftOut.Count;

    public bool HasLabels => _devices.Exists(d => d.HasLabels);

    public void BeginFile(string name)
    {
        _file = name;
        _labels.Clear();
    }

    /// <summary>What the recording says of the reading that comes next.</summary>
    public void Label(RecordedReading reading) =>
        _labels.Enqueue((reading.TimeTicks, reading.HasLabels ? new ReadingLabel(reading.IsLabelled, reading.IsChange) : null));

    public void Arrived(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels) =>
        Of(device)?.Take(timeTicks, values, channels, LabelOf(timeTicks));

    public void Judged(DetectorTrack track, long timeTicks, float score) => Of(track.Device)?.TakeScore(track, timeTicks, score);

    /// <summary>Takes note of an event. Names are enough: of recordings of one name the newest is the one being played.</summary>
    public void Take(AnomalyEvent report)
    {
        if (_leftOut.Contains(report.Device)) return;
        var device = _devices.FindLast(d => d.Device.Name == report.Device);
        device?.Detectors.FirstOrDefault(d => d.Name == report.Detector)?.Events.Take(report);
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        foreach (var device in _devices)
            device.End();
    }

    /// <summary>Readings that came too late to be judged are left behind.</summary>
    private ReadingLabel? LabelOf(long timeTicks)
    {
        while (_labels.TryDequeue(out var next))
            if (next.Ticks == timeTicks)
                return next.Label;
        return null;
    }

    private DevicePlot? Of(Device device)
    {
        if (ReferenceEquals(_current?.Device, device)) return _current;
        foreach (var known in _devices)
            if (ReferenceEquals(known.Device, device)) return _current = known;
        if (_devices.Count == DeviceLimit)
        {
            _leftOut.Add(device.Name);
            return null;
        }
        _devices.Add(_current = new DevicePlot(device, _file, labels));
        return _current;
    }
}
