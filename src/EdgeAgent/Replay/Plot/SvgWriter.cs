using System.Globalization;
using System.Text;

namespace EdgeAgent.Replay.Plot;

/// <summary>Where a text begins, or is centred, or ends.</summary>
internal enum Anchor { Start, Middle, End }

/// <summary>Writes the few SVG elements that a picture needs. All text goes through <see cref="Escape"/>.</summary>
internal sealed class SvgWriter(TextWriter output)
{
    /// <summary>Two decimals: a hundredth of a pixel is finer than any screen.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public void Rect(double x, double y, double width, double height, string style, string? tip = null)
    {
        output.Write($"<rect class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"");
        output.Write(tip is null ? "/>\n" : $"><title>{Escape(tip)}</title></rect>\n");
    }

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        output.Write($"<line class=\"{style}\" x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\"/>\n");

    public void Text(double x, double y, string text, string style = "", Anchor anchor = Anchor.Start, string data = "")
    {
        var classes = (style + anchor switch { Anchor.Middle => " mid", Anchor.End => " end", _ => "" }).Trim();
        output.Write(
            $"<text{(classes.Length > 0 ? $" class=\"{classes}\"" : "")} x=\"{Number(x)}\" "
                + $"y=\"{Number(y)}\"{data}>{Escape(text)}</text>\n");
    }

    /// <summary>Writes markup of the program's own as it is.</summary>
    public void Raw(string markup)
    {
        output.Write(markup);
        output.Write('\n');
    }

    /// <summary>The text as it may stand between tags and in attributes; what XML cannot hold becomes U+FFFD.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            switch (rune.Value)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                case '\t' or '\n' or '\r': escaped.Append(' '); break;
                case < 0x20 or (>= 0x7f and < 0xa0) or 0xfffe or 0xffff: escaped.Append('\ufffd'); break;
                // Marks that turn the direction of writing would turn what stands beside the name, too.
                case (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069): escaped.Append('\ufffd'); break;
                default: escaped.Append(rune.ToString()); break;
            }
        return escaped.ToString();
    }

    /// <summary>The beginning of a text that is too long for its place.</summary>
    public static string Fit(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
