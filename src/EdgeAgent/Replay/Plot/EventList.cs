using System.Globalization;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay.Plot;

/// <summary>The events of one device in words: a sentence above the picture, and the list below it.</summary>
internal sealed class EventList
{
    private const double RowHeight = 18;
    private const double LetterWidth = 7.2;
    private const int NamedChannels = 3;
    private const float LeastShare = 0.05f;

    private readonly DevicePlot _device;
    private readonly TimeAxis _axis;
    private readonly List<(int Number, DetectorPlot Detector, AnomalyEvent Report)> _rows;
    private readonly List<string> _notes;

    public EventList(DevicePlot device, TimeAxis axis)
    {
        _device = device;
        _axis = axis;
        _rows = [.. device.Detectors.SelectMany(d => d.Events.Listed.Select(e => (Detector: d, Report: e)))
            .OrderBy(r => r.Report.StartedTicks).Select((r, i) => (i + 1, r.Detector, r.Report))];
        _notes = [.. Notes()];
    }

    public double Height => RowHeight * ((_rows.Count > 0 ? _rows.Count + 1 : 0) + _notes.Count);

    /// <summary>How many events there are and, beside labels, how they agree.</summary>
    public string Summary
    {
        get
        {
            var count = _device.Detectors.Sum(d => d.Events.Count);
            var text = _device.Detectors.Sum(d => d.Judged) == 0 ? "Nothing was judged." : Counted(count);
            if (!_device.HasLabels) return text;
            var stretches = _device.Labels.Stretches().ToList();
            var met = stretches.Count(s => _device.Detectors.Any(d => d.Events.Marks.Touches(s.From, s.To)));
            var outside = _rows.Count(r => !IsLabelled(r.Report));
            var which = _rows.Count == count ? "Events" : "Listed events";
            return $"{text} Labelled stretches met by an event: {met} of {stretches.Count}. {which} outside of them: {outside}.";
        }
    }

    /// <summary>The listed events of one detector with their numbers and ends.</summary>
    public IEnumerable<(int Number, AnomalyEvent Report, long Ended)> Of(DetectorPlot detector) =>
        _rows.Where(r => r.Detector == detector).Select(r => (r.Number, r.Report, r.Report.EndedTicks ?? _device.LastTicks));

    public void Draw(SvgWriter svg, double left, double top)
    {
        var timeWidth = _axis.Text(_device.LastTicks).Length * 7.0 + 16;
        double[] x = [left, left + 28, left + 28 + timeWidth, left + 28 + 2 * timeWidth, 0, 0, 0];
        (x[4], x[5], x[6]) = (x[3] + 70, x[3] + 112, x[3] + (_device.HasLabels ? 178 : 112));
        var y = top + 12;
        var causeLength = (int)((DeviceLayout.Width - x[6]) / LetterWidth);
        if (_rows.Count > 0)
            Row(svg, x, y, "head", "", "start", "end", "severity", "peak", "labelled", "leading channels at the peak (share of the score)");
        foreach (var (number, detector, report) in _rows)
        {
            y += RowHeight;
            Row(svg, x, y, "cell", $"{number}", _axis.Text(report.StartedTicks),
                report.EndedTicks is { } ended ? _axis.Text(ended) : "open",
                report.Severity.ToString().ToLowerInvariant(), report.Peak.ToString("G3", CultureInfo.InvariantCulture),
                IsLabelled(report) ? "yes" : "no", SvgWriter.Fit(Causes(detector, report), causeLength));
        }
        if (_rows.Count == 0) y -= RowHeight;
        foreach (var note in _notes)
            svg.Text(left, y += RowHeight, note, "muted");
    }

    private static string Counted(int events) => events switch { 0 => "No event.", 1 => "1 event.", _ => $"{events} events." };

    private void Row(SvgWriter svg, double[] x, double y, string style, params ReadOnlySpan<string> texts)
    {
        for (var i = 0; i < texts.Length; i++)
            if (i != 5 || _device.HasLabels) svg.Text(x[i], y, texts[i], style);
    }

    private bool IsLabelled(AnomalyEvent report) => _device.Labels.Touches(
        _device.Columns.Nearest(report.StartedTicks), _device.Columns.Nearest(report.EndedTicks ?? _device.LastTicks));

    private string Causes(DetectorPlot detector, AnomalyEvent report)
    {
        var causes = report.Channels.OrderByDescending(c => c.Share).Take(NamedChannels).Where(c => c.Share >= LeastShare)
            .Select((c, i) => $"{c.Name} {c.Share * 100:0} %" + (i > 0 ? "" : $" ({c.Value:G4}{(c.Unit is null ? "" : " " + c.Unit)}, expected {c.Expected:G4})"));
        var text = string.Join(", ", causes);
        if (report.Rule is { } rule) text = $"rule \"{rule}\"; {text}";
        if (_device.Detectors.Length > 1) text = $"{detector.Name}: {text}";
        return text;
    }

    private IEnumerable<string> Notes()
    {
        var unlisted = _device.Detectors.Sum(d => d.Events.Count) - _rows.Count;
        if (unlisted > 0) yield return $"{unlisted} more events with lower peaks are shaded above, and not listed.";
        if (_device.ChannelsLeftOut > 0) yield return $"{_device.ChannelsLeftOut} more channels are not drawn.";
        if (_device.ReadingsBefore > 0)
            yield return $"{_device.ReadingsBefore} readings lie before the first one in time (a clock was set back), and are not drawn.";
        foreach (var detector in _device.Detectors.Where(d => d.Judged == 0))
            yield return SvgWriter.Fit(
                $"{detector.Name} judged nothing: too few readings to learn from and to fill a window, or a channel of its model is "
                    + $"missing.", 160);
    }
}
