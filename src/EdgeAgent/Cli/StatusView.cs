using System.Globalization;
using EdgeAgent.Configuration;
using EdgeAgent.Control;
using EdgeAgent.Control.Status;

namespace EdgeAgent.Cli;

/// <summary>A status report for people: who it is, what is wrong, then the path of the readings from left to right.</summary>
internal sealed class StatusView(TextWriter output, Palette palette)
{
    private const int OpenShown = 10;
    private const int SilentShown = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public void Show(StatusReport report)
    {
        ShowHead(report);
        ShowSources(report);
        ShowDetectors(report);
        ShowOpen(report);
        if (report.Gpio is { } gpio) ShowLines(gpio, report.Time);
        ShowOutbox(report.Outbox, report.Time);
        ShowLink(report.Link, report.Time);
        ShowTraffic(report.Traffic);
        ShowBooks(report.Books);
        if (report.LogLinesDropped > 0) output.WriteLine($"{Label("log")}{Words.Count(report.LogLinesDropped)} lines left out");
    }

    private void ShowHead(StatusReport report)
    {
        var health = report.Health switch
        {
            AgentHealth.Healthy => palette.Good(report.Health),
            AgentHealth.Degraded => palette.Warn(report.Health),
            _ => palette.Bad(report.Health),
        };
        var name = palette.Bold(Words.Printable($"{report.Site} / {report.Agent}"));
        output.WriteLine($"{name}: {health}; edgeagent {report.Version}, up {Words.Duration(TimeSpan.FromSeconds(report.UptimeSeconds))}, {Words.Bytes(report.ResidentBytes)} resident");
        var configuration = report.Configuration;
        output.WriteLine(
            palette.Faint($"  {Words.Printable(configuration.Path)}, taken over {Words.Duration(report.Time - configuration.Taken)} ago"));
        foreach (var trouble in report.Troubles)
            output.WriteLine(palette.Warn($"  ‼ {Words.Printable(trouble)}"));
    }

    private void ShowSources(StatusReport report)
    {
        var table = new TextTable("source", "connection", "topics", ">devices", ">received", ">a second");
        foreach (var s in report.Sources)
            table.Add(s.Name, Connection(s.Connected, s.Since, report.Time), Topics(s),
                $"{s.Devices}", Words.Count(s.Received), Words.Rate(s.PerSecond));
        Section(table, row => report.Sources[row].Connected);
        foreach (var s in report.Sources)
            ShowMessages(s, report.Time);
        foreach (var s in report.Sources.Where(s => s.SessionsLost > 0))
            output.WriteLine(
                palette.Warn($"  ‼ {s.Name}: sessions that the broker has not kept since the start: {s.SessionsLost}; readings were lost"));
    }

    /// <summary>What of a source's messages was not used, and why.</summary>
    private void ShowMessages(SourceStatus source, DateTimeOffset now)
    {
        if (source.Messages is { Refused.Count: > 0 } refused)
            output.WriteLine(palette.Faint($"    {source.Name} refused: {Counts(refused.Refused)}{Last(refused.Last, now)}"));
        if (source.Messages is { Filtered.Count: > 0 } filtered)
            output.WriteLine(palette.Faint($"    {source.Name} left out: {Counts(filtered.Filtered)}"));
        if (source.LastReceived is { } received && now - received > Pause)
            output.WriteLine(palette.Faint($"    {source.Name}: the last message came {Words.Duration(now - received)} ago"));
        if (source.DevicesSilent > 0) output.WriteLine(palette.Faint(Words.Printable($"    {source.Name} silent: {Silent(source, now)}")));
        if (source.TimesOfArrival > 0)
            output.WriteLine(palette.Faint(
                $"    {source.Name}: readings without a usable time that got that of arrival: {Words.Count(source.TimesOfArrival)}"));
        if (source.DevicesLeft + source.ChannelsLeft > 0)
            output.WriteLine(palette.Faint(
                $"    {source.Name}: made room for new ones: {Words.Count(source.DevicesLeft)} devices, "
                    + $"{Words.Count(source.ChannelsLeft)} channels"));
        if (source.Sparkplug is { } nodes)
            output.WriteLine(palette.Faint(
                $"    {source.Name} Sparkplug: metrics that no birth names {Words.Count(nodes.UnknownMetrics)}, "
                    + $"gaps in sequence numbers {Words.Count(nodes.SequenceGaps)}, deaths {Words.Count(nodes.Deaths)}"));
        if (source.UnmatchedTopics is { Count: > 0 } topics && source.Received > 0)
            output.WriteLine(palette.Faint(Words.Printable($"    {source.Name}: nothing has come yet on {string.Join(", ", topics)}")));
    }

    private static string Silent(SourceStatus source, DateTimeOffset now)
    {
        var named = source.Silent.Take(SilentShown)
            .Select(s => $"{s.Device} for {Words.Duration(now - s.Last)} (every {Words.Duration(TimeSpan.FromSeconds(s.EverySeconds))} before)");
        var more = source.DevicesSilent - Math.Min(SilentShown, source.Silent.Count);
        return string.Join(", ", named) + (more > 0 ? $" and {more} more" : "");
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {Words.Count(c.Value)}"));

    private static string Last(RefusedStatus? last, DateTimeOffset now) => last is null ? ""
        : Words.Printable($"; the last {Words.Duration(now - last.Time)} ago ({last.Reason}): {last.Topic} {last.Begins}");

    private void ShowDetectors(StatusReport report)
    {
        if (report.Detectors.Count == 0) return;
        var table = new TextTable("detector", "model", ">calibrated", ">learning", ">judged", ">events");
        foreach (var d in report.Detectors)
            table.Add(d.Name, d.InService ? $"{d.Model} {d.Version}" : "out of service",
                Devices(d, d.DevicesCalibrated), Learning(d),
                Words.Count(d.Judged), Words.Count(d.Events));
        Section(table, row => report.Detectors[row].InService);
        foreach (var d in report.Detectors.Where(d => d.DevicesLacking > 0))
            output.WriteLine(
                palette.Warn($"  ‼ {d.Name}: devices that lack channels or leave a choice and are not judged: {d.DevicesLacking}"));
        foreach (var d in report.Detectors.Where(d => d.DevicesQuiet > 0))
            output.WriteLine(
                palette.Warn(
                    $"  ‼ {d.Name}: {d.DevicesQuiet} devices are quieter than those that the model was made from; small faults are not "
                        + $"seen (edgeagent calibration list)"));
    }

    /// <summary>Devices that still learn, and how many of them are judged meanwhile.</summary>
    private static string Learning(DetectorStatus d) => (d.DevicesLearning, d.DevicesProvisional) switch
    {
        (not null, null or 0) or (null, _) => Devices(d, d.DevicesLearning),
        (0, var judged) => $"{judged} judged",
        var (learning, judged) => $"{learning + judged}, {judged} judged",
    };

    /// <summary>Only readings close an anomaly, so a silent device's stays: who looks sees since when.</summary>
    private void ShowOpen(StatusReport report)
    {
        if (report.OpenAnomalies is not { Count: > 0 } open) return;
        var table = new TextTable("open anomaly", "detector", "severity", ">peak", "began", "last reading");
        foreach (var o in open.Take(OpenShown))
            table.Add(o.Device, o.Detector, o.Severity, o.Peak.ToString("0.0", CultureInfo.InvariantCulture),
                o.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                $"{Words.Duration(TimeSpan.FromSeconds(o.SilentSeconds))} ago");
        output.WriteLine();
        table.Print(output, "    ", (row, line) => row < 0 ? palette.Faint(line) : line);
        if (report.OpenCount > OpenShown) output.WriteLine($"    … {report.OpenCount - OpenShown} more");
    }

    private void ShowLines(GpioStatus gpio, DateTimeOffset now)
    {
        var table = new TextTable("line", "is", "for", "now");
        foreach (var o in gpio.Outputs)
            table.Add(o.Line, o.Address ?? "", "alarm", $"{(o.Ready ? o.High ? "high" : "low" : "not held")}{(o.Anomalies > 0 ? $", {o.Anomalies} anomalies" : "")}");
        foreach (var g in gpio.Gates)
            table.Add(g.Line, g.Address ?? "", $"gate {g.Name}", $"{(g.Open ? "open" : "closed")}{(g.Since is { } since ? $" for {Words.Duration(now - since)}" : "")}{(g.Ready ? "" : ", not held")}");
        Section(table, row => row < gpio.Outputs.Count ? gpio.Outputs[row].Ready : gpio.Gates[row - gpio.Outputs.Count].Ready);
    }

    private void Section(TextTable table, Func<int, bool> isGood)
    {
        output.WriteLine();
        table.Print(output, "  ", (row, line) =>
            row < 0 ? palette.Faint(line) : isGood(row) ? palette.Good("√") + line[1..] : palette.Warn("‼" + line[1..]));
    }

    private void ShowOutbox(OutboxStatus outbox, DateTimeOffset now)
    {
        output.WriteLine();
        var owed = outbox.Owed == 0
            ? "nothing owed"
            : $"{Words.Count(outbox.Owed)} owed ({Words.Bytes(outbox.Bytes)} of "
            + $"{Units.Show(outbox.LimitBytes)}{Oldest(outbox.Oldest, now)})";
        var dropped = outbox.DroppedFull + outbox.DroppedExpired + outbox.DroppedRefused + outbox.DroppedDamaged + outbox.DroppedPurged;
        var drops = dropped == 0
            ? "nothing dropped"
            : palette.Bad(
                $"{dropped} dropped (full {outbox.DroppedFull}, expired {outbox.DroppedExpired}, refused "
                    + $"{outbox.DroppedRefused}{More(outbox)})");
        var disk = outbox.DiskRefuses ? palette.Bad("; the disk refuses") : outbox.Full ? palette.Bad("; full, the input waits") : "";
        output.WriteLine($"{Label("outbox")}{owed}; {drops}; {Words.Bytes(outbox.WrittenTodayBytes)} written to disk today{disk}");
    }

    /// <summary>What seldom happens is named only when it has.</summary>
    private static string More(OutboxStatus outbox) =>
        (outbox.DroppedDamaged > 0 ? $", damaged {outbox.DroppedDamaged}" : "")
            + (outbox.DroppedPurged > 0 ? $", purged {outbox.DroppedPurged}" : "");

    private void ShowLink(LinkStatus link, DateTimeOffset now)
    {
        var mark = link.Connected ? palette.Good("√") : palette.Warn("‼");
        output.WriteLine($"{Label("upstream")}{mark} {Words.Printable(link.Url)}, {Connection(link.Connected, link.Since, now)}; {Words.Count(link.Published)} published");
        if (link.LastTroubleTime is { } time)
            output.WriteLine($"{Label("")}  last trouble {Words.Duration(now - time)} ago: {Words.Printable(link.LastTrouble ?? "")}");
    }

    private void ShowTraffic(TrafficStatus traffic)
    {
        var share = traffic.Share is { } part ? string.Create(CultureInfo.InvariantCulture, $" ({part * 100:0.##} %)") : "";
        output.WriteLine($"{Label("traffic")}{Words.Bytes(traffic.ReceivedBytes)} received, {Words.Bytes(traffic.ForwardedBytes)} forwarded{share}");
    }

    private void ShowBooks(BooksStatus books)
    {
        var mark = books.Balanced ? palette.Good("√") : palette.Bad("×");
        output.WriteLine($"{Label("books")}{mark} received {books.Received} = windowed {books.Windowed} + filtered {books.Filtered}"
            + $" + dead-lettered {books.DeadLettered} + shed {books.Shed} + in flight {books.InFlight}");
        output.WriteLine($"{Label("")}{mark} events {books.Events} = delivered {books.Delivered} + owed {books.Owed} + dropped {books.Dropped}");
        if (!books.Balanced)
            output.WriteLine(palette.Bad($"{Label("")}× THE BOOKS DO NOT BALANCE: something was lost or counted twice. Please report this"));
    }

    private string Label(string text) => palette.Faint($"  {text,-10}");

    private static string Connection(bool isConnected, DateTimeOffset? since, DateTimeOffset now) =>
        since is null ? "never connected" : $"{(isConnected ? "connected" : "away")} for {Words.Duration(now - since.Value)}";

    private static string Topics(SourceStatus source) =>
        source.Topics.Count == 1 ? source.Topics[0] : $"{source.Topics[0]} and {source.Topics.Count - 1} more";

    /// <summary>A question mark where a lane did not answer.</summary>
    private static string Devices(DetectorStatus detector, int? count) =>
        !detector.InService ? "–" : count?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static string Oldest(DateTimeOffset? oldest, DateTimeOffset now) =>
        oldest is null ? "" : $", the oldest {Words.Duration(now - oldest.Value)} old";
}
