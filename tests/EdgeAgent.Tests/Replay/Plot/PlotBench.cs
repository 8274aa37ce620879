using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EdgeAgent.Replay;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Replay.Plot;

/// <summary>Replays recordings, one reading a second from midnight on, with a model whose score is the sum of its channels.</summary>
internal sealed class PlotBench : IDisposable
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly TempFolder _folder = new();
    private readonly List<string> _recordings = [];

    /// <summary>Adds a recording; its first two readings calibrate, so they should be 0.</summary>
    public PlotBench Recording(string name, string columns, int rows, Func<int, string> row)
    {
        var text = new StringBuilder($"datetime,{columns}\n");
        for (var i = 0; i < rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"{new DateTime(2026, 1, 1).AddSeconds(i):yyyy-MM-dd HH:mm:ss},{row(i)}\n");
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllText(_folder.File(name), text.ToString());
        _recordings.Add(_folder.File(name));
        return this;
    }

    /// <summary>Adds messages, one a second from midnight on.</summary>
    public PlotBench Messages(string name, int count, Func<int, (string Device, string Values)> message)
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        File.WriteAllLines(_folder.File(name), Enumerable.Range(0, count).Select(i =>
            $$$"""{"topic": "{{{message(i).Device}}}", "payload": {"ts": {{{start + i}}}, "values": { {{{message(i).Values}}} } } }"""));
        _recordings.Add(_folder.File(name));
        return this;
    }

    /// <summary>Adds lines to the last recording.</summary>
    public PlotBench Append(params string[] lines)
    {
        File.AppendAllLines(_recordings[^1], lines);
        return this;
    }

    /// <summary>The file that a replay draws.</summary>
    public string Draw(string name, string? labels = null, params string[] channels)
    {
        if (channels.Length == 0) channels = ["a"];
        var model = TinyBundle.Write(_folder.File("sum"), TinyBundle.Sum(channels), TinyBundle.SumModel(channels.Length));
        var request = new ReplayRequest([.. _recordings], model, null, null, null, null, null, null, _folder.File(name), labels, false);
        using var replay = new ReplayRun(request, ReplayOptions.Of(request)!);
        replay.Play(CancellationToken.None);
        return File.ReadAllText(_folder.File(name));
    }

    public XElement DrawSvg(string? labels = null, params string[] channels) => XElement.Parse(Draw("plot.svg", labels, channels));

    /// <summary>Elements of a class: left edge and width in pixels of the drawing area.</summary>
    public static List<(double X, double Width)> Spans(XElement svg, string style) =>
        [.. svg.Descendants(Svg + "svg").Single().Elements(Svg + "rect").Where(e => e.Attribute("class")!.Value == style)
            .Select(e => (Number(e, "x"), Number(e, "width")))];

    public static List<string> Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(e => e.Value)];

    public void Dispose() => _folder.Dispose();

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
