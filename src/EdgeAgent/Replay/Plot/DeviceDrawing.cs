using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay.Plot;

/// <summary>Draws one device: lanes of events and labels, a strip for each score and channel, and the list of events.</summary>
internal sealed class DeviceDrawing
{
    private const double Left = DeviceLayout.Left;
    private const double PlotWidth = DeviceLayout.PlotWidth;
    private const double BottomMargin = 18;

    private readonly DevicePlot _device;
    private readonly bool _isFine;
    private readonly DeviceLayout _layout;
    private readonly TimeAxis _axis;
    private readonly EventList _events;

    /// <param name="device">What to draw.</param>
    /// <param name="isFine">Whether it will be looked at closer than its pixels.</param>
    public DeviceDrawing(DevicePlot device, bool isFine)
    {
        _device = device;
        _isFine = isFine;
        _layout = new DeviceLayout(device);
        var first = Math.Min(device.FirstTicks, device.LastTicks);
        _axis = new TimeAxis(first, device.LastTicks, PlotWidth);
        _events = new EventList(device, _axis);
    }

    public double Height => _layout.Below + _events.Height + BottomMargin;

    public string Title => $"{_device.Device.Name}: what the agent made of it";

    public string Summary => _events.Summary;

    /// <summary>Draws it with its upper left corner at the origin.</summary>
    public void Draw(SvgWriter svg)
    {
        svg.Text(Left, 30, SvgWriter.Fit(_device.Device.Name, 90), "title");
        svg.Text(Left, 50, Origin(), "muted");
        svg.Text(Left, 70, _events.Summary);
        Legend.Draw(svg, Left, 90, _device);
        DrawLeftAxis(svg);
        DrawCanvas(svg);
        DrawNumbers(svg);
        DrawTimes(svg);
        _events.Draw(svg, Left, _layout.Below);
    }

    private string Origin()
    {
        var models = _device.Detectors.Select(d => d.Track.Detector.Bundle.Manifest).Select(m => $"{m.Name} {m.Version}").Distinct();
        return string.Join("  ·  ", new[]
        {
            SvgWriter.Fit(_device.File, 70), $"model {SvgWriter.Fit(string.Join(", ", models), 60)}", $"{_device.Readings} readings", _axis.Days(),
        }.Where(part => part.Length > 0));
    }

    private void DrawLeftAxis(SvgWriter svg)
    {
        if (_layout.LabelLane is { } lane) svg.Text(Left - 8, DeviceLayout.Top + lane + 12, "labelled", "small", Anchor.End);
        foreach (var (_, top) in _layout.Lanes)
            svg.Text(Left - 8, DeviceLayout.Top + top + 12, "events", "small", Anchor.End);
        foreach (var strip in _layout.Strips)
            foreach (var (value, text) in strip.Scale.Ticks)
                svg.Text(Left - 8, DeviceLayout.Top + strip.Y(value) + 4, text, "small", Anchor.End);
    }

    private void DrawCanvas(SvgWriter svg)
    {
        var (from, to) = (UnixMs(_axis.FirstTicks), UnixMs(_axis.LastTicks));
        svg.Raw($"<svg class=\"canvas\" x=\"{Left}\" y=\"{DeviceLayout.Top}\" width=\"{PlotWidth}\" height=\"{_layout.PlotHeight}\" "
            + $"viewBox=\"0 0 {PlotWidth} {_layout.PlotHeight}\" preserveAspectRatio=\"none\" data-from=\"{from}\" data-to=\"{to}\">");
        foreach (var strip in _layout.Strips)
            svg.Rect(0, strip.Top, PlotWidth, strip.Height, "strip");
        foreach (var top in _layout.Lanes.Select(l => l.Top).Append(_layout.LabelLane ?? -1).Where(t => t >= 0))
            svg.Rect(0, top, PlotWidth, DeviceLayout.LaneHeight, "strip");
        DrawSpans(svg);
        foreach (var (x, _) in _axis.Labels())
            svg.Line(x, 0, x, _layout.PlotHeight, "grid");
        var path = new LinePath(_device.Columns.Count, X, _isFine ? 4 : 1, _isFine ? 2 : 1);
        foreach (var strip in _layout.Strips)
            DrawStrip(svg, strip, path);
        svg.Raw("</svg>");
        // Above the lines and what they lie on, so that a title can always be read.
        foreach (var strip in _layout.Strips)
            svg.Text(Left + 2, DeviceLayout.Top + strip.Top - 5, strip.Title, "name");
    }

    private void DrawSpans(SvgWriter svg)
    {
        if (_device.LearnedTicks > 0) svg.Rect(0, 0, _axis.X(_device.LearnedTicks), _layout.PlotHeight, "learning");
        foreach (var (detector, top) in _layout.Lanes)
            foreach (var (from, to, mark) in detector.Events.Marks.Stretches())
            {
                var (x, width) = Span(from, to);
                svg.Rect(x, top, width, _layout.PlotHeight - top, "tint " + Style(mark));
                svg.Rect(x, top, width, DeviceLayout.LaneHeight, "event " + Style(mark));
            }
        if (_layout.LabelLane is not { } lane) return;
        foreach (var (from, to, _) in _device.Labels.Stretches())
        {
            var (x, width) = Span(from, to);
            svg.Rect(x, lane, width, DeviceLayout.LaneHeight, "label");
            svg.Line(x, 0, x, _layout.PlotHeight, "edge");
            svg.Line(x + width, 0, x + width, _layout.PlotHeight, "edge");
        }
        foreach (var (from, _, _) in _device.Changes.Stretches())
            svg.Line(X(from), lane, X(from), lane + DeviceLayout.LaneHeight, "change");
    }

    private static void DrawStrip(SvgWriter svg, Strip strip, LinePath path)
    {
        if (strip.Normal is { } normal)
            foreach (var (spreads, style) in (ReadOnlySpan<(int, string)>)[(3, "band wide"), (1, "band")])
            {
                var (upper, lower) = (strip.Y(normal.Mean + spreads * normal.Spread), strip.Y(normal.Mean - spreads * normal.Spread));
                svg.Rect(0, upper, PlotWidth, lower - upper, style);
            }
        foreach (var (value, _) in strip.Scale.Ticks)
            svg.Line(0, strip.Y(value), PlotWidth, strip.Y(value), strip.IsScore && value == 1 ? "threshold" : "grid");
        var (low, high) = (strip.Scale.Low, strip.Scale.High);
        svg.Raw($"<path class=\"line{(strip.IsScore ? " score" : "")}\" data-kind=\"{strip.Scale.Kind}\" data-top=\"{strip.Top}\" "
            + $"data-height=\"{strip.Height}\" data-low=\"{low:R}\" data-high=\"{high:R}\" data-unit=\"{SvgWriter.Escape(strip.Unit)}\" "
            + $"d=\"{path.Of(strip.Row, v => strip.Y(v))}\"/>");
    }

    /// <summary>The events' numbers in the list: on their blocks, beside those that are too narrow, where there is room.</summary>
    private void DrawNumbers(SvgWriter svg)
    {
        const double digit = 8;
        foreach (var (detector, top) in _layout.Lanes)
        {
            var (y, last) = (DeviceLayout.Top + top + 12, double.NegativeInfinity);
            var events = _events.Of(detector).ToList();
            for (var i = 0; i < events.Count; i++)
            {
                var (number, report, ended) = events[i];
                var (from, to, room) = (_axis.X(report.StartedTicks), _axis.X(ended), digit * $"{number}".Length + 2);
                var isInside = to - from >= room;
                var x = isInside ? (from + to) / 2 : to + 4;
                if (x - (isInside ? room / 2 : 0) < last) continue;
                if (!isInside && i + 1 < events.Count && _axis.X(events[i + 1].Report.StartedTicks) < x + room) continue;
                last = x + room;
                var style = isInside ? "number on-" + Style((byte)(report.Severity + 1)) : "beside";
                svg.Text(Left + x, y, $"{number}", style, isInside ? Anchor.Middle : Anchor.Start, $" data-x=\"{SvgWriter.Number(x)}\"");
            }
        }
    }

    private void DrawTimes(SvgWriter svg)
    {
        var y = DeviceLayout.Top + _layout.PlotHeight;
        foreach (var (x, text) in _axis.Labels())
            svg.Text(Left + x, y + 17, text, "small time", Anchor.Middle, $" data-x=\"{SvgWriter.Number(x)}\"");
        svg.Text(Left + PlotWidth / 2, y + 35, $"time (UTC), {_axis.Days()}", "small", Anchor.Middle);
    }

    private double X(int column) => _axis.X(_device.Columns.StartOf(column));

    /// <summary>A stretch of columns; never so narrow that it is not seen.</summary>
    private (double X, double Width) Span(int from, int to)
    {
        var x = X(from);
        return (x, Math.Max(2, X(to + 1) - x));
    }

    private static string Style(byte mark) => ((Severity)(mark - 1)).ToString().ToLowerInvariant();

    private static long UnixMs(double ticks) => (long)((ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
}
