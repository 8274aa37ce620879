using System.Globalization;
using System.Text;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>Draws bars: one a name, or a histogram with a line in it.</summary>
internal static class BarPicture
{
    private const double Width = 960, Names = 230, Row = 24, HistogramHeight = 190, Floor = 160;

    /// <param name="bars">Name, length, and what stands behind the bar.</param>
    public static string Named(IReadOnlyList<(string Name, double Size, string Text)> bars)
    {
        var most = Math.Max(1e-12, bars.Max(b => b.Size));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {bars.Count * Row + 6}\" role=\"img\">");
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, size, text) = bars[i];
            var y = i * Row + 3;
            var length = Math.Max(1, 470 * Math.Clamp(size / most, 0, 1));
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name end\" x=\"{Names - 10}\" y=\"{y + 14}\">{Page.Escape(name.Length > 34 ? $"{name[..33]}…" : name)}</text>");
            svg.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"bar\" x=\"{Names}\" y=\"{y + 2}\" width=\"{Page.Number(length)}\" height=\"15\" rx=\"2\"/><text "
                    + $"x=\"{Page.Number(Names + length + 8)}\" y=\"{y + 14}\">{Page.Escape(text)}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>
    /// How often each score occurs; the line is the threshold. The scale of counts is a root, so that few are seen beside many.
    /// </summary>
    public static string Histogram(IReadOnlyList<float> scores)
    {
        const double From = -1, To = 2;
        const int Bins = 60;
        var counts = new int[Bins];
        foreach (var score in scores)
            counts[Math.Clamp((int)((score - From) / (To - From) * Bins), 0, Bins - 1)]++;
        var most = Math.Sqrt(Math.Max(1, counts.Max()));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {HistogramHeight}\" role=\"img\" aria-label=\"Histogram of scores\"><rect class=\"strip\" "
                + $"x=\"30\" y=\"4\" width=\"900\" height=\"{Floor - 4}\"/>");
        for (var i = 0; i < Bins; i++)
            if (counts[i] > 0)
            {
                var height = Math.Max(1, (Floor - 14) * Math.Sqrt(counts[i]) / most);
                svg.Append(CultureInfo.InvariantCulture,
                    $"<rect class=\"bar\" x=\"{30 + i * 15 + 1}\" y=\"{Page.Number(Floor - height)}\" width=\"13\" "
                        + $"height=\"{Page.Number(height)}\"/>");
            }
        svg.Append(CultureInfo.InvariantCulture,
            $"<line class=\"limit\" x1=\"630\" x2=\"630\" y1=\"4\" y2=\"{Floor}\"/><text x=\"636\" y=\"18\">threshold</text>");
        foreach (var (value, text) in new[] { (-1.0, "−1 and less"), (0, "0: usual"), (1, "1"), (2, "2 and more") })
            svg.Append(CultureInfo.InvariantCulture,
                $"<text class=\"{(value < 0 ? "" : value > 1 ? "end" : "mid")}\" x=\"{30 + (value + 1) * 300}\" "
                    + $"y=\"{Floor + 18}\">{text}</text>");
        return svg.Append("</svg>\n").ToString();
    }
}
