using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>What docs/events.md promises of the order in which events arrive, and no more than that.</summary>
internal static class Promised
{
    private const string Scored = "io.edgeagent.window.scored";

    /// <summary>
    /// The same events byte for byte. Scores keep their order among themselves, and so do the reports of each anomaly; a fresh
    /// critical report may have overtaken all others. What came again, under its id, counts by its first arrival.
    /// </summary>
    public static void Same(IReadOnlyList<string> expected, IReadOnlyList<string> delivered)
    {
        var first = delivered.Distinct().ToList();
        Assert.Equal(expected.Order(StringComparer.Ordinal), first.Order(StringComparer.Ordinal));
        Assert.Equal(Lanes(expected), Lanes(first));
    }

    /// <summary>The events of each lane of order, one below the other.</summary>
    private static SortedDictionary<string, string> Lanes(IEnumerable<string> events) =>
        new(events.GroupBy(LaneOf).ToDictionary(g => g.Key, g => string.Join('\n', g)), StringComparer.Ordinal);

    private static string LaneOf(string e)
    {
        using var document = JsonDocument.Parse(e);
        return document.RootElement.GetProperty("type").GetString() == Scored
            ? Scored : document.RootElement.GetProperty("anomalyid").GetString()!;
    }
}
