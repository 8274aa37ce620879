using System.CommandLine;
using System.Globalization;
using EdgeAgent.Modeling.Evaluation.Nab;
using EdgeAgent.Modeling.Evaluation.Series;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model series</c>: how a bundle does on the series of a benchmark, which need no preparation.</summary>
internal static class SeriesCommand
{
    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of a bundle" };
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of series: CSV or .csv.gz, a row a step; a column \"label\" or \"anomaly\" says what was wrong",
        Required = true,
    };
    private static readonly Option<string> Only = new("--only")
    {
        Description = "Pattern of the files to take", DefaultValueFactory = _ => "*.csv*",
    };
    private static readonly Option<string?> Windows = new("--windows")
    {
        Description = "What was wrong by a list of windows, such as NAB's windows.json, for files without labels",
    };
    private static readonly Option<bool> All = new("--all-channels")
    {
        Description = "For a model of any one channel: judge each channel for itself, not the first alone",
    };
    private static readonly Option<int> Laps = new("--laps")
    {
        Description = "Play each series so many times, one behind the other, and tell the share of normal rows flagged of each lap",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<bool> Units = new("--units")
    {
        Description = "Also judge all of it in another unit (times 10, plus 273) and tell how many verdicts change",
    };

    private static readonly Option<double> Step = new("--step")
    {
        Description = "Seconds from one row to the next of files without times: what is promised of events is by the day",
        DefaultValueFactory = _ => 1,
    };

    public static Command Build()
    {
        var command = new Command("series",
            "Plays each series through the agent's own lane, as a device that nothing is known of, and scores it: VUS-PR and "
            + "VUS-ROC over all rows, F1, flagged rows and events behind the calibration.\n\n"
            + "Examples:\n"
            + "  edgeagent-model series models/single-channel --data telemanom --only 'U*'\n"
            + "  edgeagent-model series models/single-channel --data nab --windows nab/windows.json\n"
            + "  edgeagent-model series models/single-channel --data skab/anomaly-free --all-channels\n"
            + "  edgeagent-model series models/many-channels --data skab/anomaly-free --laps 5")
        {
            Bundle, Data, Only, Windows, All, Units, Step, Laps,
        };
        command.SetAction(result => CommandLine.Guard(() => Run(
            result.GetRequiredValue(Bundle), result.GetRequiredValue(Data), result.GetRequiredValue(Only), result.GetValue(Windows),
            result.GetValue(All), result.GetValue(Units), result.GetValue(Step),
            Math.Max(1, result.GetValue(Laps)))));
        return command;
    }

    private static void Run(string bundle, string data, string only, string? windows, bool all, bool units, double stepSeconds, int laps)
    {
        if (!(stepSeconds is > 0 and <= 86_400))
            throw new ModelingException($"--step is {stepSeconds}; expected seconds, above 0 and at most 86400");
        using var replay = new SeriesReplay(bundle, TimeSpan.FromSeconds(stepSeconds));
        var marked = windows is null ? null : NabWindows.Read(windows);
        var (figures, changed, judged) = (new List<SeriesFigures>(), 0, 0);
        Console.WriteLine(
            $"{"series",-44}{"VUS-PR",8}{"VUS-ROC",9}{"F1",7}{"FAR %",7}{"MAR %",7}{"events",8}{"found",7}{"false",7}");
        foreach (var path in SeriesFiles.Find(data, only, marked))
        {
            var once = LabelledSeries.Read(path);
            var series = once.Repeated(laps, once.Labels ?? (marked is null ? null : SeriesFiles.Marked(once, marked)));
            var labels = series.Labels;
            foreach (var (name, values, played) in replay.Judge(series, all))
            {
                figures.Add(SeriesFigures.Of(name, values, labels, played.Scores, played.IsOpen, replay.First));
                Print(figures[^1]);
                if (laps > 1) PrintLaps(played.IsOpen, labels, once.Rows);
            }
            if (!units) continue;
            foreach (var (one, other) in replay.Judge(series, all).Zip(replay.Judge(series, all, 10, 273)))
            {
                changed += one.Played.IsOpen.Zip(other.Played.IsOpen).Count(v => v.First != v.Second);
                judged += one.Played.IsOpen.Length;
            }
        }
        Print(SeriesFigures.Total(figures));
        if (units)
            Console.WriteLine(FormattableString.Invariant(
                $"in another unit {100.0 * changed / Math.Max(1, judged):0.00} % of the verdicts change"));
    }

    private static void PrintLaps(bool[] isOpen, bool[]? labels, int rows)
    {
        for (var lap = 0; lap * rows < isOpen.Length; lap++)
        {
            int[] normal = [.. Enumerable.Range(lap * rows, rows).Where(r => labels?[r] != true)];
            Console.WriteLine(FormattableString.Invariant(
                $"  lap {lap + 1}: {100.0 * normal.Count(r => isOpen[r]) / Math.Max(1, normal.Length):0.00} % flagged"));
        }
    }

    private static void Print(SeriesFigures f) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{f.Name,-44}{f.VusPr,8:0.0000}{f.VusRoc,9:0.0000}{f.F1,7:0.000}{100 * f.FalseAlarmRate,7:0.00}"
            + $"{100 * f.MissedAlarmRate,7:0.0}{f.Events,8}{f.Found,7}{f.False,7}"));
}
