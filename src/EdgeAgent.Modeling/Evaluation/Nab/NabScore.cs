namespace EdgeAgent.Modeling.Evaluation.Nab;

/// <summary>
/// NAB's rule, standard profile: of the detections in a window the earliest counts most, each outside costs up to 0.11,
/// the more the farther behind a window; a missed window costs 1. The first 15 % of a file, at most 750 rows, count for nothing.
/// </summary>
/// <param name="Raw">Sum of what detections are worth.</param>
/// <param name="Windows">Windows that count.</param>
/// <param name="Found">Of these, with a detection.</param>
/// <param name="False">Rows with a detection outside all windows.</param>
/// <param name="FirstRows">Of each window found, its first row and that of the first detection in it.</param>
internal sealed record NabScore(double Raw, int Windows, int Found, int False, IReadOnlyList<(int Window, int Detection)> FirstRows)
{
    private const double FalseCost = 0.11, ProbationShare = 0.15;
    private const int ProbationLimit = 750;

    /// <summary>100 is perfect, 0 is silence.</summary>
    public double Normalised => Windows == 0 ? 0 : 100 * (Raw + Windows) / (2.0 * Windows);

    /// <summary>Several files taken together; rows of different files have nothing to do with each other and are left out.</summary>
    public static NabScore Sum(IReadOnlyCollection<NabScore> files) =>
        new(files.Sum(f => f.Raw), files.Sum(f => f.Windows), files.Sum(f => f.Found), files.Sum(f => f.False), []);

    /// <param name="times">Of all rows of a file.</param>
    /// <param name="windows">First and last time of each, both of which are rows.</param>
    /// <param name="detections">Times at which something was detected.</param>
    /// <exception cref="ModelingException">A window does not begin or end with a row.</exception>
    public static NabScore Of(string[] times, IEnumerable<(string First, string Last)> windows, IReadOnlySet<string> detections)
    {
        var spans = windows.Select(w => (First: Row(times, w.First), Last: Row(times, w.Last))).Order().ToArray();
        var probation = Math.Min(Math.Floor(ProbationShare * times.Length), ProbationLimit);
        var best = spans.Select(_ => -1.0).ToArray();
        var first = new int[spans.Length];
        var (cost, falseRows) = (0.0, 0);
        for (var row = (int)Math.Ceiling(probation); row < times.Length; row++)
        {
            if (!detections.Contains(times[row])) continue;
            var inside = Array.FindIndex(spans, s => s.First <= row && row <= s.Last);
            if (inside >= 0)
            {
                if (best[inside] == -1) first[inside] = row;
                best[inside] = Math.Max(best[inside], Inside(row, spans[inside]));
                continue;
            }
            falseRows++;
            cost += FalseCost * Behind(row, spans);
        }
        // A window that ended before anything counts is not asked for.
        var counts = spans.Select(s => s.Last >= probation).ToArray();
        (int, int)[] found = [.. Enumerable.Range(0, spans.Length).Where(i => best[i] > -1).Select(i => (spans[i].First, first[i]))];
        return new NabScore(cost + best.Where((_, i) => counts[i]).Sum(), counts.Count(c => c), found.Length, falseRows, found);
    }

    private static double Inside(int row, (int First, int Last) span) =>
        Worth(-(span.Last - row + 1) / (double)(span.Last - span.First + 1)) / Worth(-1);

    private static double Behind(int row, (int First, int Last)[] spans)
    {
        var before = Array.FindLastIndex(spans, s => s.Last < row);
        return before < 0 ? -1 : Worth((row - spans[before].Last) / (double)(spans[before].Last - spans[before].First));
    }

    private static double Worth(double place) => place > 3 ? -1 : 2 / (1 + Math.Exp(5 * place)) - 1;

    // Of a time that stands twice the later row, as NAB's own tables have it.
    private static int Row(string[] times, string time) => Array.LastIndexOf(times, time) is >= 0 and var row
        ? row
        : throw new ModelingException(
            $"a window begins or ends at {time}, which is no row of its file; the rows run from {times[0]} to {times[^1]}");
}
