using EdgeAgent.Pipeline.Formats.Times;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Recordings.Times;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads a source's <c>time</c>: a path, with <c>time_format</c>, <c>timezone</c> and <c>without_time</c> beside it, or a table of all.
/// </summary>
internal static class TimeReader
{
    private const string Key = "time";
    private const string Expected =
        "the path of the time in the payload, as in \"ts\", or a table { path, format, zone, without } or { counter, unit, bits }";

    private static readonly string[] Beside = ["time_format", "timezone", "without_time"];

    public static void Read(TomlScope source, SourceOptions options)
    {
        var beside = new TimeOptions
        {
            Format = Format(source, Beside[0]),
            Zone = Zone(source, Beside[1]),
            Without = Without(source, Beside[2]),
        };
        switch (source.Find(Key))
        {
            case null when options.Time is not null:
                options.Times = beside;
                return;
            case null:
                ReportBeside(source, "needs `time`", "say where in the payload the time stands, as in time = \"ts\"");
                return;
            case TextNode:
                options.Time = source.Text(Key, ConfigurationChecks.PayloadPath);
                options.Times = beside;
                return;
            case TableNode:
                ReportBeside(source, "and a table `time` do not go together", "write it as format, zone or without within the table");
                ReadTable(source.Table(Key), options);
                return;
            case { } other:
                source.Wrong(Key, other, Expected);
                return;
        }
    }

    private static void ReportBeside(TomlScope source, string problem, string remedy)
    {
        foreach (var key in Beside)
            if (source.Find(key) is { } written)
                source.Report(key, written, problem, remedy);
    }

    private static void ReadTable(TomlScope table, SourceOptions options)
    {
        var without = Without(table, "without");
        if (table.Has("counter"))
        {
            options.Times = new TimeOptions { Without = without, Counter = Counter(table) };
            return;
        }
        options.Time = table.NeededText("path", "ts", ConfigurationChecks.PayloadPath);
        options.Times = new TimeOptions { Format = Format(table, "format"), Zone = Zone(table, "zone"), Without = without };
    }

    private static CounterOptions Counter(TomlScope table)
    {
        var counter = new CounterOptions
        {
            Path = table.Text("counter", ConfigurationChecks.PayloadPath) ?? "",
            Unit = table.Choice("unit", CounterUnit.Milliseconds, ("s", CounterUnit.Seconds), ("ms", CounterUnit.Milliseconds),
                ("us", CounterUnit.Microseconds), ("ns", CounterUnit.Nanoseconds)),
            Bits = table.Integer("bits", 0, 0, 64, "0, 16, 32 or 64"),
        };
        if (!table.Has("unit"))
            table.Missing("unit", "say what the counter counts, as in unit = \"ms\"");
        if (counter.Bits is not (0 or 16 or 32 or 64))
            table.Wrong("bits", table.Find("bits")!, "0, 16, 32 or 64: beyond so many bits it begins at 0 again, with 0 or 64 never");
        return counter;
    }

    private static WithoutTime Without(TomlScope scope, string key) =>
        scope.Choice(key, WithoutTime.DeadLetter, ("arrival", WithoutTime.Arrival), ("dead-letter", WithoutTime.DeadLetter));

    private static string? Format(TomlScope scope, string key)
    {
        if (scope.Text(key) is not { } format) return null;
        if (TimeFormat.Of(format, out var problem) is not null) return format;
        var hint = NearestName.Find(format, TimeFormat.Names) is { } near ? $"; did you mean \"{near}\"?" : "";
        scope.Report(key, scope.Find(key)!, $"is \"{format}\", which {problem}",
            $"expected {string.Join(", ", TimeFormat.Names)}, or a pattern such as \"dd.MM.yyyy HH:mm:ss\" "
                + $"of {TimestampPattern.Letters}{hint}");
        return null;
    }

    private static string? Zone(TomlScope scope, string key)
    {
        if (scope.Text(key) is not { } name) return null;
        if (ZoneClock.Find(name) is not null) return name;
        if (!ZoneData.Exists)
            scope.Report(key, scope.Find(key)!,
                $"is \"{name}\", but this system has no data of time zones: {ZoneData.Folder} is missing or empty",
                "install the package tzdata; in a container, mount the host's /usr/share/zoneinfo");
        else
            scope.Wrong(key, scope.Find(key)!, "the IANA name of a time zone that this system knows, as \"Europe/Berlin\""
                + (NearestName.Find(name, [.. ZoneData.Names]) is { } near ? $"; did you mean \"{near}\"?" : ""));
        return null;
    }
}
