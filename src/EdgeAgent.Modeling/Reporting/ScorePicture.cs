using System.Globalization;
using System.Text;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>Draws a recording's score over time, with the threshold, events, labels, and what was learned.</summary>
internal static class ScorePicture
{
    private const double Width = 960, Left = 40, Right = 950, Top = 8, Bottom = 128, Height = 190, LabelRoom = 74;
    private const int Columns = 640;
    private const double LowestShown = -0.25, LeastShown = 1.6, MostShown = 6;

    public static string Draw(Replayed replayed)
    {
        var high = Math.Clamp(1.1 * replayed.Scores.DefaultIfEmpty(0).Max(), LeastShown, MostShown);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Page.Escape($"Score of {replayed.Recording.Name}")}\">");
        Box(svg, "strip", Left, Right, Top, Bottom);
        var learned = Math.Min(Math.Max(replayed.LearnedRows, replayed.First), replayed.Recording.Rows);
        Box(svg, "learned", Left, X(replayed, learned - replayed.First), Top, Bottom);
        foreach (var (first, last) in replayed.Events())
        {
            Box(svg, "tint", X(replayed, first), X(replayed, last + 1), Top, Bottom);
            Box(svg, "event", X(replayed, first), X(replayed, last + 1), Bottom + 4, Bottom + 12);
        }
        foreach (var (first, last) in replayed.Labelled())
            Box(svg, "label", X(replayed, first), X(replayed, last + 1), Bottom + 15, Bottom + 23);
        for (var tick = 0; tick < high; tick += high > 3 ? 2 : 1)
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"end\" x=\"{Left - 6}\" y=\"{Page.Number(Y(tick, high) + 4)}\">{tick}</text>");
        svg.Append(CultureInfo.InvariantCulture,
            $"<line class=\"limit\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Page.Number(Y(1, high))}\" y2=\"{Page.Number(Y(1, high))}\"/>");
        svg.Append("<path class=\"trace\" d=\"").Append(Path(replayed, high)).Append("\"/>");
        Times(svg, replayed);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Of each column of the picture the lowest and the highest score, so that no peak is lost.</summary>
    private static string Path(Replayed replayed, double high)
    {
        var path = new StringBuilder();
        var per = Math.Max(1, (replayed.Judged + Columns - 1) / Columns);
        for (var start = 0; start < replayed.Judged; start += per)
        {
            var part = replayed.Scores.AsSpan(start, Math.Min(per, replayed.Judged - start));
            var (low, top) = (float.MaxValue, float.MinValue);
            foreach (var score in part)
                (low, top) = (Math.Min(low, score), Math.Max(top, score));
            var x = Page.Number(X(replayed, start + part.Length / 2.0));
            path.Append(CultureInfo.InvariantCulture, $"{(start == 0 ? "M" : "L")}{x} {Page.Number(Y(low, high))}");
            if (top > low) path.Append(CultureInfo.InvariantCulture, $"V{Page.Number(Y(top, high))}");
        }
        return path.ToString();
    }

    private static void Times(StringBuilder svg, Replayed replayed)
    {
        var times = replayed.Recording.Times;
        var axis = TimeAxis.Of(times[0], times[^1]);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Bottom + 56}\">{axis.Title}</text>");
        var free = double.NegativeInfinity;
        foreach (var (time, text) in axis.Ticks)
        {
            // The axis goes by readings; a pause in them is a jump of the time.
            var row = Array.BinarySearch(times, time);
            var x = X(replayed, (row < 0 ? ~row : row) - replayed.First);
            if (x < free || x > Right - LabelRoom / 2) continue;
            free = x + LabelRoom;
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Page.Number(x)}\" x2=\"{Page.Number(x)}\" y1=\"{Bottom}\" y2=\"{Bottom + 26}\"/>"
                    + $"<text class=\"mid\" x=\"{Page.Number(Math.Max(x, Left + LabelRoom / 3))}\" y=\"{Bottom + 40}\">{text}</text>");
        }
    }

    private static double X(Replayed replayed, double judgement) =>
        Left + (Right - Left) * Math.Clamp((judgement + replayed.First) / replayed.Recording.Rows, 0, 1);

    private static double Y(double score, double high) =>
        Bottom - (Bottom - Top) * (Math.Clamp(score, LowestShown, high) - LowestShown) / (high - LowestShown);

    private static void Box(StringBuilder svg, string style, double x1, double x2, double y1, double y2) =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{style}\" x=\"{Page.Number(x1)}\" y=\"{Page.Number(y1)}\" width=\"{Page.Number(Math.Max(1.5, x2 - x1))}\" "
                + $"height=\"{Page.Number(y2 - y1)}\"/>");
}
