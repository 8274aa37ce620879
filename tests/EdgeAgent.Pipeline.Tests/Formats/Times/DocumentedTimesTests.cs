using System.Text.RegularExpressions;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

/// <summary>Every row of the table in docs/times.md holds.</summary>
public sealed partial class DocumentedTimesTests
{
    [Fact]
    public void The_table_of_times_is_true()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs/times.md"))
            .Where(l => l.StartsWith("| –", StringComparison.Ordinal) || l.StartsWith("| `time", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.True(rows.Count > 35, $"{rows.Count} rows");

        foreach (var cells in rows)
        {
            var reader = TimesBench.Reader(Setting(cells[1], "time_format"), Setting(cells[1], "timezone"));
            // The first is the example; other code beside it shows how a part of it may be spelled.
            var examples = Code().Matches(cells[2]).Select(m => m.Groups[1].Value).Take(cells[3] == "no time" ? 3 : 1);
            foreach (var example in examples)
                Assert.Equal($"{example}: {cells[3]}", $"{example}: {Said(Shown(reader, example))}");
        }
    }

    private static string Shown(EventTimeReader reader, string example) =>
        example == "null" ? EventTimeReader.Missing(TimesBench.Arrival, out _).ToString() : TimesBench.Shown(reader, example);

    private static string Said(string shown) => shown switch
    {
        "NoTime" => "no time",
        "Unreadable" => "unreadable",
        "Impossible" => "impossible",
        _ => shown,
    };

    private static string? Setting(string cell, string key) =>
        Regex.Match(cell, key + " = \"([^\"]+)\"") is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
