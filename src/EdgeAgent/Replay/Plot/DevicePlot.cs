using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;

namespace EdgeAgent.Replay.Plot;

/// <summary>All that is kept of one device while its recording plays; its size does not depend on the recording's length.</summary>
internal sealed class DevicePlot
{
    public const int ChannelLimit = 12;

    private readonly LabelNames _labelNames;
    private int _labelPosition = -1;
    private int _changePosition = -1;
    private int _known;
    private bool _wasLabelled;
    private long _lastTicks;

    public DevicePlot(Device device, string file, LabelNames labelNames)
    {
        Device = device;
        File = file;
        _labelNames = labelNames;
        Labels = Columns.AddMarks();
        Changes = Columns.AddMarks();
        Detectors = [.. ((device.LaneData as DeviceTrack)?.Detectors ?? []).Select(t => new DetectorPlot(t, Columns))];
        foreach (var track in Detectors.Select(d => d.Track))
            for (var c = 0; c < track.Naming.Channels.Count && track.Pick is null; c++)
                AddChannel(track.Naming.Channels[c], track.Detector.Bundle.Manifest.Channels[c].Unit, track, c);
    }

    public Device Device { get; }
    public string File { get; }
    public TimeColumns Columns { get; } = new();
    public DetectorPlot[] Detectors { get; }
    public List<ChannelPlot> Channels { get; } = [];
    /// <summary>Channels that found no room.</summary>
    public int ChannelsLeftOut { get; private set; }
    /// <summary>Whether the recording says which readings are anomalous.</summary>
    public bool HasLabels { get; private set; }
    public MarkRow Labels { get; }
    public MarkRow Changes { get; }
    public long Readings { get; private set; }
    /// <summary>Readings whose time lies before the first one's.</summary>
    public long ReadingsBefore { get; private set; }
    public long FirstTicks { get; private set; } = long.MaxValue;
    public long LastTicks { get; private set; }
    /// <summary>Time of the last reading from which the device's normal was learned.</summary>
    public long LearnedTicks { get; private set; }

    /// <param name="ticks">Event time.</param>
    /// <param name="values">The reading.</param>
    /// <param name="channels">What its positions mean.</param>
    /// <param name="label">What a column of the recording says of the reading; null: it has none.</param>
    public void Take(long ticks, ReadOnlySpan<float> values, ChannelNames channels, ReadingLabel? label)
    {
        Readings++;
        if (!Columns.TryFind(ticks, out var column))
        {
            ReadingsBefore++;
            return;
        }
        FirstTicks = Math.Min(FirstTicks, ticks);
        LastTicks = Math.Max(LastTicks, ticks);
        while (_known < channels.Count)
            Meet(channels.Names[_known], _known++);
        foreach (var channel in Channels)
            if ((uint)channel.Position < (uint)values.Length) channel.Values.Add(column, values[channel.Position]);
        foreach (var detector in Detectors)
            if (!detector.Track.Calibration.IsComplete) LearnedTicks = Math.Max(LearnedTicks, ticks);
        TakeLabel(column, label ?? LabelAmong(values));
        _lastTicks = ticks;
    }

    public void TakeScore(DetectorTrack track, long ticks, float score)
    {
        foreach (var detector in Detectors)
        {
            if (!ReferenceEquals(detector.Track, track) || !Columns.TryFind(ticks, out var column)) continue;
            detector.Scores.Add(column, score);
            detector.Judged++;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        foreach (var detector in Detectors)
            detector.Events.End(LastTicks, detector.Track.Decision);
        // Which channel a device left to choose is known by now.
        foreach (var track in Detectors.Select(d => d.Track))
            if (track.Pick?.Name is { } picked && Channels.Find(c => c.Name == picked) is { } channel) channel.Track ??= track;
    }

    private void AddChannel(string name, string? unit, DetectorTrack? track, int index)
    {
        if (Channels.Exists(c => c.Name == name)) return;
        if (Channels.Count < ChannelLimit)
            Channels.Add(new ChannelPlot(name, unit, track, index, Columns));
        else
            ChannelsLeftOut++;
    }

    private void Meet(string name, int position)
    {
        var isOfModel = Channels.Exists(c => c.Name == name);
        if (!isOfModel && _labelNames.Holds(name))
        {
            if (_labelNames.IsStretch(name)) _labelPosition = position;
            if (LabelNames.IsChange(name)) _changePosition = position;
            return;
        }
        AddChannel(name, null, null, 0);
        if (Channels.Find(c => c.Name == name) is { } channel) channel.Position = position;
    }

    /// <summary>Messages carry labels, if any, among their channels.</summary>
    private ReadingLabel? LabelAmong(ReadOnlySpan<float> values)
    {
        if (_labelPosition < 0) return null;
        return new ReadingLabel(IsSet(values, _labelPosition), IsSet(values, _changePosition));
    }

    private static bool IsSet(ReadOnlySpan<float> values, int position) =>
        (uint)position < (uint)values.Length && values[position] is not (0 or float.NaN);

    private void TakeLabel(int column, ReadingLabel? label)
    {
        if (label is not { } given) return;
        HasLabels = true;
        // Between two labelled readings no column stays without.
        if (given.IsAnomalous) Labels.Mark(_wasLabelled ? Math.Min(column, Columns.Nearest(_lastTicks)) : column, column, 1);
        if (given.IsChange) Changes.Mark(column, column, 1);
        _wasLabelled = given.IsAnomalous;
    }
}

/// <summary>What whoever made a recording says of a reading.</summary>
internal readonly record struct ReadingLabel(bool IsAnomalous, bool IsChange);
