using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeAgent.Demo;

/// <summary>The demo as a picture that is redrawn in place: figures, a row a pump, and the newest events.</summary>
internal sealed class LiveDemoView : IDemoView, IDisposable
{
    private const int EventRows = 8;
    private const int BarWidth = 24;
    private const int NameWidth = 10;

    private readonly IAnsiConsole _console = AnsiConsole.Console;
    private string _title = "";
    private int _drawnLines;

    public TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public void Begin(string brokerUrl, DemoPlant plant, double speed)
    {
        _title = $"EdgeAgent demo: {plant.Devices.Count} pumps on {brokerUrl}, {speed:0.#} times their speed";
        _console.Cursor.Hide();
    }

    public void Show(DemoSnapshot snapshot, DemoStatistics statistics)
    {
        // Drawn over itself line by line: unlike a cleared screen this neither flickers nor loses what stood above.
        var picture = new Rows(
            new Markup($"[bold]{_title.EscapeMarkup()}[/]"), Figures(snapshot), Devices(statistics), Events(statistics));
        var segments = ((IRenderable)picture).Render(RenderOptions.Create(_console, _console.Profile.Capabilities), _console.Profile.Width);
        var lines = Segment.SplitLines(segments);
        if (_drawnLines > 0) _console.Cursor.MoveUp(_drawnLines);
        _console.Write(picture);
        _drawnLines = lines.Count;
    }

    public void Event(DemoEvent demoEvent)
    {
        // The next picture shows it.
    }

    public void End(DemoSnapshot snapshot, string ledger)
    {
        _console.WriteLine();
        foreach (var line in DemoText.Summary(snapshot, ledger))
            _console.WriteLine(line);
    }

    /// <summary>However the demo ends, the terminal gets its cursor back.</summary>
    public void Dispose() => _console.Cursor.Show();

    private static Grid Figures(DemoSnapshot s)
    {
        var grid = new Grid().AddColumn().AddColumn().AddColumn();
        grid.AddRow(
            $"{s.ReadingsPerSecond:0} readings/s", $"in {DemoText.Bytes(s.BytesIn)}",
            $"latency {s.LatencyMedianMs:0.0} ms (99 %: {s.LatencyP99Ms:0.0})");
        grid.AddRow(
            $"{s.Progress * 100:0} % played", $"forwarded {DemoText.Bytes(s.BytesForwarded)}",
            $"[green]{s.SavedPercent:0.0} % fewer bytes[/]");
        return grid;
    }

    private static Table Devices(DemoStatistics statistics)
    {
        var table = Columns(("pump", NameWidth), ("score (1.0 = threshold)", BarWidth), ("", 5), ("state", 30));
        foreach (var (name, device) in statistics.Devices)
            table.AddRow(name.EscapeMarkup(), Bar(device), device.Judged == 0 ? "" : $"{device.Score:0.00}", State(device));
        return table;
    }

    private static string Bar(DemoStatistics.DeviceView device)
    {
        // Two thresholds fill the bar.
        var full = (int)Math.Clamp(device.Score / 2 * BarWidth, 0, BarWidth);
        var colour = device.IsOpen ? "red" : device.Score >= 1 ? "yellow" : "green";
        return $"[{colour}]{new string('█', full)}[/][grey]{new string('·', BarWidth - full)}[/]";
    }

    private static string State(DemoStatistics.DeviceView device) =>
        device.Judged == 0 ? $"[grey]learning what is normal: {device.Sent}[/]" : device.IsOpen ? "[red]anomaly[/]" : "[green]normal[/]";

    private Table Events(DemoStatistics statistics)
    {
        var causeWidth = Math.Max(20, _console.Profile.Width - NameWidth - 8 - 16 - 5 - 16);
        var table = Columns(("time", 8), ("event", 16), ("pump", NameWidth), ("score", 5), ("cause", causeWidth));
        var events = statistics.LastEvents(EventRows);
        foreach (var e in events)
            table.AddRow($"{e.Time:HH:mm:ss}", Kind(e), e.Device.EscapeMarkup(), $"{e.Score:0.0}", Fit(e.Cause, causeWidth).EscapeMarkup());
        // Always as many rows of one line, so that the picture does not jump.
        for (var i = events.Count; i < EventRows; i++)
            table.AddEmptyRow();
        return table;
    }

    private static Table Columns(params ReadOnlySpan<(string Title, int Width)> columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (title, width) in columns)
            table.AddColumn(new TableColumn(title).Width(width).NoWrap());
        return table;
    }

    private static string Fit(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string Kind(DemoEvent e) => e.Kind switch
    {
        "opened" => $"[red]opened[/] {e.Severity}",
        "closed" => "[green]closed[/]",
        _ => e.Kind,
    };
}
