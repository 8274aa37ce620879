using System.Globalization;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>The part of a report that lists the events: when, how far beyond the threshold, and which channels led to it.</summary>
internal sealed class EventsPart(FitFindings findings)
{
    private const int EventLimit = 60;

    public void Write(Page page)
    {
        var events = findings.Replayed.SelectMany(r => r.Reports.Select(e => (Replayed: r, Event: e))).ToArray();
        page.Heading("Events");
        if (events.Length == 0)
        {
            page.Paragraph("None opened in these recordings.");
            return;
        }
        page.Paragraph("All that the bundle reports of these recordings, as a device would have seen them; times are the recordings' own. "
            + "A channel's share is what of the score is gone where the channel is as usual."
            + (events.Length > EventLimit ? Text($" The {EventLimit} with the highest score of {events.Length}.") : ""));
        var hasLabels = findings.Labelled.Any();
        var shown = events.OrderByDescending(e => e.Event.Peak).Take(EventLimit)
            .OrderBy(e => e.Replayed.Recording.Name, StringComparer.Ordinal).ThenBy(e => e.Event.StartedTicks);
        page.Raw("<div class=\"last-wraps\">").Table(["recording", "began", "lasted", "highest score", .. hasLabels ? (string[])["labelled"] : [], "channels that led to it"],
            shown.Select(e => (string[])
            [
                e.Replayed.Recording.Name,
                new DateTime(e.Event.StartedTicks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Lasted(e.Event),
                Text($"{e.Event.Peak:0.0}"),
                .. hasLabels ? (string[])[IsLabelled(e.Replayed, e.Event) ? "yes" : "no"] : [],
                Replayed.Causes(e.Event),
            ])).Raw("</div>\n");
    }

    private static string Lasted(EdgeAgent.Pipeline.Events.AnomalyEvent report) => report.EndedTicks is { } ended
        ? TrustVerdict.Duration(TimeSpan.FromTicks(ended - report.StartedTicks).TotalSeconds) : "to the end";

    private static bool IsLabelled(Replayed replayed, EdgeAgent.Pipeline.Events.AnomalyEvent report)
    {
        if (replayed.Recording.Labels is not { } labels) return false;
        var last = report.EndedTicks ?? long.MaxValue;
        return Enumerable.Range(0, labels.Length).Any(r => labels[r]
            && replayed.Recording.Times[r].Ticks >= report.StartedTicks && replayed.Recording.Times[r].Ticks <= last);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
