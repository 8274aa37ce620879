using System.Globalization;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>The report of a fit: whether to trust it, what was read, what it learned, what it makes of the recordings.</summary>
internal sealed class ReportPage(FitFindings findings, IReadOnlyList<TrustLine> lines)
{
    private const int TraceLimit = 8, NoteLimit = 60, FileLimit = 60;

    private readonly Page _page = new();

    public string Render()
    {
        var (trust, text) = TrustVerdict.Overall(lines);
        var m = findings.Manifest;
        _page.Raw($"<h1>{Page.Escape($"{m.Name} {m.Version}")}</h1>").Paragraph($"{m.Description}. {m.Channels.Count} {(m.Channels.Count == 1 ? "channel" : "channels")}, calibration on {m.Calibration.Readings} readings, windows of {m.Window.Length}.");
        _page.Raw($"<div class=\"verdict {Style(trust)}\"><b>{Page.Escape(text)}</b><ul>{string.Concat(lines.Select(l => $"<li class=\"{Style(l.Trust)}\">{Page.Escape(l.Text)}</li>"))}</ul></div>\n");
        Read();
        Learned();
        new ComparisonPart(findings).Write(_page);
        Figures();
        new EventsPart(findings).Write(_page);
        Traces();
        return _page.Finish($"{m.Name}: report");
    }

    private void Read()
    {
        _page.Heading("What was read");
        var recordings = findings.Parts.Recordings;
        var steps = recordings.Select(r => r.StepSeconds).Order().ToArray();
        _page.Paragraph(Text($"{recordings.Count} {(recordings.Count == 1 ? "recording" : "recordings")}, {recordings.Sum(r => (long)r.Rows)} readings, one every {Seconds(steps[steps.Length / 2])}{(steps[^1] > 1.5 * steps[0] ? $" (files differ: {Seconds(steps[0])} to {Seconds(steps[^1])})" : "")}. ")
            + (findings.Read.Label is { } label
                ? $"Column \"{label}\" labels faults: it was used to measure, never to learn." : "No column labels faults."));
        _page.Folded(
            "Left out", [.. findings.Read.Notes.Where(n => n.IsLoss).Select(n => n.ToString()), .. findings.Draft.Normals.LeftOut.Select(
                n => $"{n}: its calibration part moves unlike that of the others; not learned from")], NoteLimit);
        _page.Folded("Noticed while reading", [.. findings.Read.Notes.Where(n => !n.IsLoss).Select(n => n.ToString())], NoteLimit);
        _page.Raw($"<details{(recordings.Count <= 8 ? " open" : "")}><summary>Recordings</summary>");
        _page.Table(
            ["recording", "readings", "from", "lasts", "step", "longest pause", "labelled"], recordings.Take(FileLimit).Select(r => new[]
        {
            r.Name, $"{r.Rows}", r.Times[0].ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                TrustVerdict.Duration((r.Times[^1] - r.Times[0]).TotalSeconds), Seconds(r.StepSeconds),
            TrustVerdict.Duration(r.Times.Zip(r.Times.Skip(1), (a, b) => (b - a).TotalSeconds).DefaultIfEmpty(0).Max()), r.Labels is null
                ? "–" : Percent(r.Labels.Count(l => l) / (double)r.Rows),
        }));
        if (recordings.Count > FileLimit) _page.Paragraph($"and {recordings.Count - FileLimit} more.");
        _page.Raw("</details>\n");
    }

    private void Learned()
    {
        var m = findings.Manifest;
        _page.Heading("What it learned");
        _page.Paragraph(
            $"{findings.LearnedReadings} readings were taken for normal: {findings.Parts.Runs.Count} longer parts, and the first "
                + $"{m.Calibration.Readings} readings of {findings.Draft.Normals.Others.Count} more recordings.");
        _page.Items(findings.Notes);
        _page.Small("How far each channel wanders while all is well");
        _page.Paragraph(findings.Parts.Options.InOwnSpread
            ? "In the spread of a device's own calibration, and what that is in the middle recording: a fault that moves a channel less is not seen in it alone."
            : "Its spread is never taken for smaller than that: a fault that moves a channel less is not seen in it alone.");
        _page.Raw(BarPicture.Named([.. m.Channels.Select((c, i) => (c.Name, Wander(i), WanderText(i)))]));
        if (findings.Steps is not { } steps) return;
        _page.Small("Plain steps that it finds");
        _page.Paragraph(
            "Added to calm stretches of up to six recordings, one channel at a time; found when an event opens within 60 readings.");
        _page.Table(["channel", "one spread is", .. steps.Sizes.Select(s => Text($"{s:0} spreads"))],
            m.Channels.Select(
                (c, i) => (string[])[c.Name, $"{Short(steps.Spreads[i])} {c.Unit}".Trim(),
                    .. steps.Found[i].Select((f, s) =>
                        $"{Text($"{100 * f:0} %")} of {Short(steps.Sizes[s] * steps.Spreads[i])} {c.Unit}".TrimEnd())]));
    }

    /// <summary>One without a level of its own has no share of it, and no bar.</summary>
    private double Wander(int c) => findings.Parts.Options.InOwnSpread ? InOwnSpread(c) : findings.Manifest.Channels[c].Drift;

    private double InOwnSpread(int c) => findings.Manifest.Channels[c].Wander ?? 1;

    private string WanderText(int c)
    {
        var channel = findings.Manifest.Channels[c];
        if (findings.Parts.Options.InOwnSpread)
            return Text($"{InOwnSpread(c):0.0} of its spread")
                + (findings.Steps is { } steps ? $", {Short(InOwnSpread(c) * steps.Spreads[c])} {channel.Unit}".TrimEnd() : "");
        return channel.Drift > 0 ? Text($"{100 * channel.Drift:0.0} % of its level, at least {Short(channel.Floor)} {channel.Unit}").Trim()
            : $"{Short(channel.Floor)} {channel.Unit}".Trim() + "; it swings around zero, so there is no level to compare with";
    }

    private void Figures()
    {
        _page.Heading("Figures");
        var labelled = findings.Reports.Where(r => r.Score is not null).ToArray();
        if (labelled.Length > 0)
        {
            _page.Paragraph(
                "Each recording is one device: it calibrates on its first readings, then every later reading gets a verdict from the past "
                    + "alone. FAR: share of unlabelled readings that are flagged. MAR: share of labelled ones that are not.");
            _page.Table(["model", "F1", "FAR", "MAR", "faults found", "mean delay", "false alarms", "flagged"],
                labelled.Select(r => Row(r.Name, r.Score!)));
            Confusion();
        }
        _page.Table(["all recordings", ""], [
            ["flagged, of readings neither learned nor labelled", Percent(findings.UnseenFlagged)],
            ["alarms a day outside of labels", Short(findings.AlarmsPerDay)],
            ["messages a reading that are forwarded", Percent(findings.Forwarded)],
            ["INT8 and FP32 give the same verdict", Percent(findings.Agreement)],
        ]);
        if (findings.NotReplayed > 0)
            _page.Paragraph($"{findings.NotReplayed} further recordings were not replayed for these lines, to save time.");
        _page.Small("Scores of readings that are not labelled as faults");
        _page.Paragraph("0 is a usual window, 1 the threshold. Heights are square roots of counts.");
        _page.Raw(BarPicture.Histogram([.. findings.Replayed.SelectMany(r => r.Scores.Where((_, i) => !r.IsLabelled(i)))]));
    }

    private void Confusion()
    {
        var counts = new int[2, 2];
        foreach (var r in findings.Labelled)
            for (var i = 0; i < r.Judged; i++)
                counts[r.IsLabelled(i) ? 1 : 0, r.IsOpen[i] ? 1 : 0]++;
        _page.Table(["readings (INT8)", "flagged", "not flagged"],
            [["labelled as a fault", $"{counts[1, 1]}", $"{counts[1, 0]}"], ["not labelled", $"{counts[0, 1]}", $"{counts[0, 0]}"]]);
    }

    private void Traces()
    {
        _page.Heading("Recordings as the bundle sees them");
        var ordered = findings.Replayed.OrderBy(r => r.Recording.Labels is null ? 1 - r.FalseShare : r.F1).ToArray();
        var shown = ordered.Length <= TraceLimit ? ordered : [.. ordered.Take(TraceLimit / 2), .. ordered.TakeLast(TraceLimit / 2)];
        _page.Paragraph(ordered.Length <= TraceLimit
            ? "From the worst to the best." : $"The {TraceLimit / 2} worst and the {TraceLimit / 2} best of {ordered.Length}.");
        _page.Raw("<p class=\"key\"><span style=\"--c:var(--line)\">score</span><span style=\"--c:var(--limit)\">threshold</span><span "
            + "style=\"--c:var(--event)\">event</span><span style=\"--c:var(--label)\">labelled as a fault</span><span "
            + "style=\"--c:var(--learned)\">learned from, or calibration</span></p>\n");
        foreach (var r in shown)
        {
            var says = r.Recording.Labels is null ? $"{Percent(r.FalseShare)} flagged, {r.Events().Count} events"
                : Text($"F1 {r.F1:0.00}, {Percent(r.FalseShare)} of unlabelled readings flagged, {r.FalseAlarms} false alarms");
            _page.Small($"{r.Recording.Name}: {says}").Raw(ScorePicture.Draw(r));
        }
    }

    private static string[] Row(string name, ProtocolScore s) =>
        [name, Text($"{s.F1:0.000}"), Percent(s.FalseAlarmRate), Percent(s.MissedAlarmRate), $"{s.Found} of {s.Events}",
            s.Found == 0 ? "–" : TrustVerdict.Duration(s.MeanDelaySeconds), $"{s.FalseAlarms}", Percent(s.FlaggedShare)];

    private static string Style(Trust trust) => trust switch { Trust.Good => "good", Trust.Careful => "careful", _ => "bad" };

    internal static string Percent(double share) => Text($"{100 * share:0.##} %");

    internal static string Short(double value) => value is > 0 and < 1e-4 ? value.ToString("0.0e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) < 1 ? "0.####" : "0.##", CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds < 120 ? Text($"{seconds:0.###} s") : TrustVerdict.Duration(seconds);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
