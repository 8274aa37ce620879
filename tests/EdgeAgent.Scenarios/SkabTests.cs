using System.Globalization;

namespace EdgeAgent.Scenarios;

/// <summary>
/// The replay over real recordings. With SKAB at hand (EDGEAGENT_SHARED names the folder that holds <c>skab</c>, or
/// <c>shared/data</c> lies beside the checkout) over all of it, otherwise over the recordings of the demo.
/// </summary>
public sealed class SkabTests
{
    private const int TrainingRows = 400;

    [Fact]
    public async Task A_replay_gives_the_same_verdicts_on_every_run_and_the_figures_of_the_card()
    {
        using var folder = new TempFolder();
        var (recordings, isSkab) = Recordings(folder);
        var runs = new List<string>();
        foreach (var run in new[] { "first", "second" })
        {
            var verdicts = folder.File($"{run}.csv");
            var (exitCode, output) = await AgentProcess.Run(["replay", "--model", Repository.Model, "--verdicts", verdicts, recordings]);
            Assert.True(exitCode == 0, output);
            runs.Add(await File.ReadAllTextAsync(verdicts));
        }
        Assert.Equal(runs[0], runs[1]);

        var (f1, rows) = Score(runs[0], recordings);
        Assert.True(rows > (isSkab ? 23_000 : 2_000), $"{rows} scored rows");
        // As the card says for all of SKAB; the demo's four recordings are easier ones.
        Assert.InRange(f1, isSkab ? 0.78 : 0.85, isSkab ? 0.79 : 0.95);
    }

    /// <summary>SKAB without the anomaly-free run, which has no labels.</summary>
    private static (string Path, bool IsSkab) Recordings(TempFolder folder)
    {
        var shared = Environment.GetEnvironmentVariable("EDGEAGENT_SHARED") ?? Path.Combine(Repository.Root, "../shared/data");
        var skab = Path.Combine(shared, "skab");
        if (!Directory.Exists(skab)) return (Path.Combine(Repository.Root, "deploy/demo"), false);
        var labelled = Directory.CreateDirectory(folder.File("skab")).FullName;
        foreach (var experiment in new[] { "valve1", "valve2", "other" })
        {
            var copy = Directory.CreateDirectory(Path.Combine(labelled, experiment)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(skab, experiment), "*.csv"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        return (labelled, true);
    }

    /// <summary>The F1 of SKAB's outlier task: point by point, the first 400 rows of each file left out.</summary>
    private static (double F1, int Rows) Score(string verdicts, string recordings)
    {
        int truePositive = 0, falsePositive = 0, falseNegative = 0, rows = 0;
        foreach (var file in verdicts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).GroupBy(line => line[..line.IndexOf(',')]))
        {
            var labels = File.ReadAllLines(Path.Combine(recordings, file.Key)).Skip(1).Where(line => line.Length > 0)
                .Select(line => double.Parse(line.Split(';')[^2], CultureInfo.InvariantCulture) == 1).ToList();
            foreach (var (verdict, label) in file.Select(line => line.EndsWith(",1", StringComparison.Ordinal)).Zip(labels).Skip(TrainingRows))
            {
                rows++;
                if (verdict && label) truePositive++;
                if (verdict && !label) falsePositive++;
                if (!verdict && label) falseNegative++;
            }
        }
        return (truePositive / (truePositive + (falsePositive + falseNegative) / 2.0), rows);
    }
}
