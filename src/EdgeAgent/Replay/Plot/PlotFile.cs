namespace EdgeAgent.Replay.Plot;

/// <summary>
/// Writes a picture as a file of its own: one SVG, or a page that shows the same SVG and reads values off it under the
/// pointer. Nothing is fetched from elsewhere.
/// </summary>
internal static class PlotFile
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const string OnlyFromHere = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

    /// <summary>Whether the file's name is one that can be written.</summary>
    public static bool Knows(string file) => IsPage(file) || HasExtension(file, ".svg");

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string file, PlotRecorder recorder)
    {
        recorder.End();
        using var output = new StreamWriter(file) { NewLine = "\n" };
        var devices = recorder.Devices.Select(d => new DeviceDrawing(d, isFine: IsPage(file))).ToList();
        var note = Note(recorder);
        if (IsPage(file))
            WritePage(output, devices, note);
        else
            WriteSvg(output, devices, note);
    }

    private static string? Note(PlotRecorder recorder) =>
        recorder.Devices.Count == 0 ? "No reading was found."
        : recorder.DevicesLeftOut > 0 ? $"{recorder.DevicesLeftOut} more devices are not drawn; give fewer recordings to see them."
        : null;

    private static void WriteSvg(StreamWriter output, List<DeviceDrawing> devices, string? note)
    {
        const double noteHeight = 40;
        var height = devices.Sum(d => d.Height) + (note is null ? 0 : noteHeight);
        var svg = new SvgWriter(output);
        svg.Raw(Begin(DeviceLayout.Width, height, Title(devices), string.Join(' ', devices.Select(d => d.Summary)), isAlone: true));
        svg.Raw($"<style>\n{Resource("plot.css")}</style>");
        svg.Rect(0, 0, DeviceLayout.Width, height, "paper");
        var y = 0.0;
        foreach (var device in devices)
        {
            svg.Raw($"<g transform=\"translate(0 {SvgWriter.Number(y)})\">");
            device.Draw(svg);
            svg.Raw("</g>");
            y += device.Height;
        }
        if (note is not null) svg.Text(DeviceLayout.Left, y + 20, note, "muted");
        svg.Raw("</svg>");
    }

    private static void WritePage(StreamWriter output, List<DeviceDrawing> devices, string? note)
    {
        output.Write(
            $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
                + $"content=\"{OnlyFromHere}\">\n");
        output.Write($"<meta name=\"viewport\" content=\"width=device-width\">\n<title>{SvgWriter.Escape(Title(devices))}</title>\n<style>\n{Resource("page.css")}{Resource("plot.css")}</style>\n</head>\n<body>\n<main>\n");
        output.Write(
            "<p id=\"help\" hidden>Point at the picture to read time and values. Drag to zoom in on a stretch; double-click or Escape "
                + "shows all of it again.</p>\n");
        var svg = new SvgWriter(output);
        foreach (var device in devices)
        {
            svg.Raw("<section>");
            svg.Raw(Begin(DeviceLayout.Width, device.Height, device.Title, device.Summary, isAlone: false));
            svg.Rect(0, 0, DeviceLayout.Width, device.Height, "paper");
            device.Draw(svg);
            svg.Raw("</svg></section>");
        }
        if (note is not null) output.Write($"<p>{SvgWriter.Escape(note)}</p>\n");
        output.Write($"</main>\n<script>\n{Resource("plot.js")}</script>\n</body>\n</html>\n");
    }

    /// <summary>A picture is read out by its title and summary; in a page its list of events can be read, too.</summary>
    private static string Begin(double width, double height, string title, string summary, bool isAlone)
    {
        var (w, h) = (SvgWriter.Number(width), SvgWriter.Number(height));
        var alone = isAlone ? $" xmlns=\"{Namespace}\" width=\"{w}\" height=\"{h}\" role=\"img\"" : " role=\"figure\"";
        return $"<svg class=\"plot\"{alone} viewBox=\"0 0 {w} "
            + $"{h}\">\n<title>{SvgWriter.Escape(title)}</title>\n<desc>{SvgWriter.Escape(summary)}</desc>";
    }

    private static string Title(List<DeviceDrawing> devices) =>
        devices.Count == 1 ? devices[0].Title : $"{devices.Count} devices: what the agent made of them";

    private static bool IsPage(string file) => HasExtension(file, ".html") || HasExtension(file, ".htm");

    private static bool HasExtension(string file, string extension) =>
        Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PlotFile).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
