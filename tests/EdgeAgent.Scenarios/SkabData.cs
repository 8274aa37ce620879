using System.Globalization;

namespace EdgeAgent.Scenarios;

/// <summary>
/// The labelled recordings to score on: all of SKAB where EDGEAGENT_SHARED names the folder that holds <c>skab</c>,
/// otherwise those of the demo.
/// </summary>
internal sealed class SkabData
{
    private const int TrainingRows = 400;

    public SkabData(TempFolder folder)
    {
        var skab = LargeRecordings.Folder("skab");
        IsWhole = skab is not null;
        Labelled = Directory.CreateDirectory(folder.File("labelled")).FullName;
        if (skab is null)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "deploy/demo"), "*.csv"))
                File.Copy(file, Path.Combine(Labelled, Path.GetFileName(file)));
            return;
        }
        foreach (var experiment in new[] { "valve1", "valve2", "other" })
        {
            var copy = Directory.CreateDirectory(Path.Combine(Labelled, experiment)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(skab, experiment), "*.csv"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        NormalRun = Path.Combine(skab, "anomaly-free/anomaly-free.csv");
    }

    public bool IsWhole { get; }
    /// <summary>Folder of the recordings with labels.</summary>
    public string Labelled { get; }
    /// <summary>The recording without a fault, where it is at hand.</summary>
    public string? NormalRun { get; }

    /// <summary>The outlier task of SKAB: point by point, the first 400 rows of each file left out.</summary>
    /// <param name="verdicts">Lines file,datetime,0|1 below a header.</param>
    /// <param name="shift">Rows left out at the start of each recording.</param>
    public SkabScore Score(IEnumerable<string> verdicts, int shift = 0)
    {
        var score = new SkabScore();
        foreach (var file in verdicts.Skip(1).GroupBy(line => line[..line.IndexOf(',')]))
        {
            var labels = Rows(file.Key).Skip(shift).Select(line => double.Parse(line.Split(';')[^2], CultureInfo.InvariantCulture) == 1);
            foreach (var (verdict, label) in file.Select(line => line.EndsWith(",1", StringComparison.Ordinal))
                .Zip(labels).Skip(TrainingRows))
                score.Count(verdict, label);
        }
        return score;
    }

    public IEnumerable<string> Rows(string file) => File.ReadLines(Path.Combine(Labelled, file)).Skip(1).Where(line => line.Length > 0);
}

/// <summary>Counts of verdicts against labels.</summary>
internal sealed class SkabScore
{
    private int _truePositive, _falsePositive, _falseNegative, _trueNegative;

    public int Rows => _truePositive + _falsePositive + _falseNegative + _trueNegative;
    public double F1 => _truePositive / (_truePositive + (_falsePositive + _falseNegative) / 2.0);
    public double FalseAlarmRate => _falsePositive / (double)(_falsePositive + _trueNegative);
    public double MissedAlarmRate => _falseNegative / (double)(_falseNegative + _truePositive);

    public void Count(bool verdict, bool label)
    {
        if (verdict && label) _truePositive++;
        else if (verdict) _falsePositive++;
        else if (label) _falseNegative++;
        else _trueNegative++;
    }

    public override string ToString() =>
        FormattableString.Invariant($"F1 {F1:0.0000} FAR {FalseAlarmRate:0.0000} MAR {MissedAlarmRate:0.0000} rows {Rows}");
}
