using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Evaluation.Nab;
using EdgeAgent.Modeling.Evaluation.Series;

namespace EdgeAgent.Benchmarks.Detection;

/// <summary>How a bundle did on public recordings.</summary>
/// <param name="Set">Which.</param>
/// <param name="Total">All of them together.</param>
/// <param name="NormalTime">Time behind the calibration in which nothing is known to have been wrong, all devices together.</param>
/// <param name="Devices">How many devices.</param>
/// <param name="Bound">Events that are promised not to be exceeded in that time; null: nothing is promised.</param>
/// <param name="Changed">Share of verdicts that change with the unit; null: not tried.</param>
internal sealed record SetResult(
    PublicSet Set, SeriesFigures Total, TimeSpan NormalTime, int Devices, double? Bound, double? Changed)
{
    private static readonly string[] Experiments = ["valve1", "valve2", "other"];

    /// <summary>Changes nothing.</summary>
    public static readonly Action<BundleManifest> AsShipped = _ => { };

    /// <param name="set">Which.</param>
    /// <param name="data">The folder of all of them.</param>
    /// <param name="change">What to change of the bundle's manifest.</param>
    /// <param name="inOtherUnits">Whether to judge all of it in another unit, too.</param>
    public static SetResult Measure(PublicSet set, string data, Action<BundleManifest> change, bool inOtherUnits)
    {
        using var replay = new SeriesReplay(Path.Combine(Bench.Root, "models", set.Bundle), set.Step, change);
        var marked = set.Windows is null ? null : NabWindows.Read(Path.Combine(data, set.Folder, set.Windows));
        var (figures, time, bound, changed, judged) = (new List<SeriesFigures>(), TimeSpan.Zero, 0.0, 0L, 0L);
        foreach (var path in Files(set, data, marked))
        {
            var series = LabelledSeries.Read(path);
            var labels = series.Labels ?? (marked is null ? null : SeriesFiles.Marked(series, marked));
            foreach (var (name, values, played) in replay.Judge(series, set.EachChannel))
            {
                figures.Add(SeriesFigures.Of(name, values, labels, played.Scores, played.IsOpen, replay.First));
                var normal = figures[^1].Normal * replay.StepOf(series);
                (time, bound) = (time + normal, bound + (replay.Promise?.Bound(normal) ?? 0));
            }
            if (!inOtherUnits) continue;
            foreach (var (one, other) in replay.Judge(series, set.EachChannel).Zip(replay.Judge(series, set.EachChannel, 10, 273)))
            {
                changed += one.Played.IsOpen.Zip(other.Played.IsOpen).Count(v => v.First != v.Second);
                judged += one.Played.IsOpen.Length;
            }
        }
        return new SetResult(
            set, SeriesFigures.Total(figures), time, figures.Count, replay.Promise is null ? null : bound,
            inOtherUnits ? changed / (double)judged : null);
    }

    /// <summary>SKAB's experiments lie in folders of their own.</summary>
    private static string[] Files(PublicSet set, string data, SortedDictionary<string, (string First, string Last)[]>? marked)
    {
        var folder = Path.Combine(data, set.Folder);
        string[] files = Directory.GetFiles(folder, set.Files).Length > 0
            ? SeriesFiles.Find(folder, set.Files, marked)
            : [.. Experiments.SelectMany(f => SeriesFiles.Find(Path.Combine(folder, f), set.Files))];
        return [.. files.Where(f => set.Without is null || !Path.GetFileName(f).StartsWith(set.Without, StringComparison.Ordinal))];
    }
}
