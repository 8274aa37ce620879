namespace EdgeAgent.Replay.Plot;

/// <summary>Where everything of one device's picture stands, in pixels from its upper left corner.</summary>
internal sealed class DeviceLayout
{
    public const double Width = 1100;
    public const double Left = 74;
    public const double PlotWidth = 1000;
    public const double Top = 112;
    public const double LaneHeight = 16;
    private const double LaneStep = LaneHeight + 4;
    private const double DetectorGap = 12;
    private const double TitleHeight = 20;
    private const double ScoreHeight = 112;
    private const double ChannelHeight = 60;
    private const double AxisHeight = 50;

    public DeviceLayout(DevicePlot device)
    {
        var y = 0.0;
        LabelLane = device.HasLabels ? y : null;
        if (device.HasLabels) y += LaneStep;
        var strips = new List<Strip>();
        var lanes = new List<(DetectorPlot, double)>();
        var count = device.Columns.Count;
        foreach (var detector in device.Detectors)
        {
            if (lanes.Count > 0) y += DetectorGap;
            lanes.Add((detector, y));
            y += LaneStep + TitleHeight - 4;
            var name = device.Detectors.Length > 1 ? $"score of {SvgWriter.Fit(detector.Name, 60)}" : "score";
            strips.Add(new Strip { Title = name + " (1.0 is the threshold)", Row = detector.Scores,
                Scale = new ScoreScale(detector.Scores, count), Height = ScoreHeight, Top = y });
            y += ScoreHeight;
        }
        foreach (var channel in device.Channels)
        {
            y += TitleHeight;
            strips.Add(Of(channel, count, y));
            y += ChannelHeight;
        }
        (Strips, Lanes, PlotHeight) = (strips, lanes, y);
    }

    public IReadOnlyList<Strip> Strips { get; }
    /// <summary>The lane of each detector's events.</summary>
    public IReadOnlyList<(DetectorPlot Detector, double Top)> Lanes { get; }
    /// <summary>The lane of what is labelled; null: the recording has no labels.</summary>
    public double? LabelLane { get; }
    public double PlotHeight { get; }
    /// <summary>Where lines of text begin below the time axis.</summary>
    public double Below => Top + PlotHeight + AxisHeight;

    private static Strip Of(ChannelPlot channel, int columns, double top)
    {
        var normal = channel.Normal;
        var scale = new ValueScale(channel.Values, columns, normal);
        var title = SvgWriter.Fit(channel.Name, 80)
            + (channel.Unit is { Length: > 0 } unit ? $", {SvgWriter.Fit(unit, 20)}" : "")
            + (channel.IsSeen ? "" : " (no model sees it)")
            + (scale.IsCut ? $" (cut off: reaches from {scale.Least:G4} to {scale.Most:G4})" : "");
        return new Strip
        {
            Title = title, Unit = channel.Unit
                ?? "", Row = channel.Values, Scale = scale, Height = ChannelHeight, Top = top, Normal = normal,
        };
    }
}
