using System.Globalization;

namespace EdgeAgent.Benchmarks.Detection;

/// <summary>
/// What the bundles find on public recordings, how far they keep what they promise, and what they cost, as the tables of
/// <c>docs/benchmarks.md</c>. Recordings are not part of the repository: those that are not at hand are left out, and it is said where
/// they are to be had.
/// </summary>
internal static class DetectionBenchmark
{
    public static int Run(string? data)
    {
        var sets = PublicSet.All.Where(set => IsThere(set, data)).ToArray();
        SetResult[] results = [.. sets.Select(set => SetResult.Measure(set, data!, SetResult.AsShipped, set.InOtherUnits))];
        Print(results);
        PromiseTable.Print(results, data);
        RecipeCosts.Print();
        foreach (var missing in PublicSet.All.Except(sets))
            Console.Error.WriteLine(
                $"left out: {missing.Name}: {Path.Combine(data ?? "FOLDER", missing.Folder)} is not there; put there {missing.Source}");
        return sets.Length == PublicSet.All.Length ? 0 : 1;
    }

    private static bool IsThere(PublicSet set, string? data) =>
        data is not null && Directory.Exists(Path.Combine(data, set.Folder));

    private static void Print(SetResult[] results)
    {
        if (results.Length == 0) return;
        Console.WriteLine("""
            | recordings | bundle | VUS-PR | VUS-ROC | F1 | FAR % | MAR % | faults found | other events | other unit % | published |
            |---|---|---|---|---|---|---|---|---|---|---|
            """);
        foreach (var r in results)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {r.Set.Name} | {r.Set.Bundle} | {Number(r.Total.VusPr, "0.000")} | {Number(r.Total.VusRoc, "0.000")} "
                    + $"| {(r.Total.Labelled == 0 ? "–" : Number(r.Total.F1, "0.000"))} | {100 * r.Total.FalseAlarmRate:0.00} "
                    + $"| {Number(100 * r.Total.MissedAlarmRate, "0.0")} | {r.Total.Found} of {r.Total.Events} | {r.Total.False} "
                    + $"| {Number(100 * (r.Changed ?? double.NaN), "0.00")} | {r.Set.Published} |"));
        Console.WriteLine();
    }

    /// <summary>A dash where there is none.</summary>
    public static string Number(double value, string format) =>
        double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}
