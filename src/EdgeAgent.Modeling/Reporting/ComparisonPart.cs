using System.Globalization;
using EdgeAgent.Modeling.Candidates;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>The part of a report that sets the recipes that were tried beside each other.</summary>
internal sealed class ComparisonPart(FitFindings findings)
{
    public void Write(Page page)
    {
        var tried = findings.Tried.Where(t => t.Findings is { Count: > 0 }).ToArray();
        if (tried.Length == 0) return;
        var shapes = tried[0].Findings!.Keys.ToArray();
        page.Heading("Recipes beside each other");
        page.Paragraph("Faults of 1.5 to 12 of a channel's own spreads, put into readings that were held out; all recipes are shown the "
            + "same. Found of each kind, and of its readings so many flagged. Taken is the first of which none has much more of both.");
        page.Table(["recipe", .. shapes.Select(Words), "all", "calm readings flagged"], tried.Select(t => (string[])
        [
            t.Candidate.Name == findings.Draft.Candidate.Name ? $"{t.Candidate.Name} (taken)" : t.Candidate.Name,
            .. shapes.Select(s => Found(t.Findings![s])),
            Text($"{100 * t.Power:0} %"),
            t.Model.Threshold is { HeldOutReadings: > 0 } held ? Text($"{100 * held.Flagged:0.00} %") : "–",
        ]));
    }

    private static string Found(FaultFindings f) => Text($"{100 * f.Found:0} % ({100 * f.Flagged:0} %)");

    private static string Words(FaultShape shape) => shape switch
    {
        FaultShape.Shift => "level shifts",
        FaultShape.Creep => "creeps away",
        FaultShape.Stuck => "stands still",
        FaultShape.Noise => "shakes",
        FaultShape.Spikes => "spikes",
        _ => "parts from the others",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
