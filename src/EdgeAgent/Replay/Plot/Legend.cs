using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay.Plot;

/// <summary>One line that says what the colours mean: only of those that occur.</summary>
internal static class Legend
{
    private const double Swatch = 18;
    private const double LetterWidth = 6.1;
    private const double Gap = 16;

    public static void Draw(SvgWriter svg, double x, double y, DevicePlot device)
    {
        foreach (var (style, text) in Entries(device))
        {
            if (style is "threshold" or "edge")
                svg.Line(x, y - 4, x + Swatch, y - 4, style);
            else if (style == "change")
                svg.Line(x + Swatch / 2, y - 10, x + Swatch / 2, y + 2, style);
            else
                svg.Rect(x, y - 10, Swatch, 12, style);
            // The wide band shows around the narrow one here as it does in the strips.
            if (style == "band wide") svg.Rect(x, y - 7, Swatch, 6, "band");
            svg.Text(x + Swatch + 5, y, text, "small");
            x += Swatch + 5 + text.Length * LetterWidth + Gap;
        }
    }

    private static IEnumerable<(string Style, string Text)> Entries(DevicePlot device)
    {
        yield return ("learning", "learning");
        if (device.Channels.Exists(c => c.Normal is not null)) yield return ("band wide", "learned mean ± 1 and ± 3 spreads");
        yield return ("threshold", "threshold");
        var marks = device.Detectors.SelectMany(d => d.Events.Marks.Stretches()).Select(s => s.Mark).ToHashSet();
        foreach (var severity in Enum.GetValues<Severity>())
            if (marks.Contains((byte)(severity + 1)))
                yield return ($"event {severity}".ToLowerInvariant(), $"{severity} event".ToLowerInvariant());
        if (!device.HasLabels) yield break;
        yield return ("label", "labelled");
        if (device.Changes.Stretches().Any()) yield return ("change", "change point");
    }
}
