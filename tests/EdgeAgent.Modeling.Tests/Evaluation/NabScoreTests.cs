using System.Diagnostics;
using System.Globalization;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Evaluation.Nab;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public sealed class NabScoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    // 1000 rows, of which the first 150 are probation; windows of 100 rows.
    private readonly string[] _times = [.. Enumerable.Range(0, 1000).Select(i => $"{Some.Start.AddMinutes(i):yyyy-MM-dd HH:mm:ss}")];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100, new[] { 300, 600 })]
    [InlineData(0, new int[0])]
    [InlineData(50, new[] { 300 })]
    // The earliest in a window counts, whatever follows.
    [InlineData(100, new[] { 300, 350, 399, 600, 699 })]
    // In probation nothing does.
    [InlineData(100, new[] { 10, 149, 300, 600 })]
    // Before any window a false alarm costs its full 0.11 of a possible 4.
    [InlineData(97.25, new[] { 200, 300, 600 })]
    public void Detections_are_worth_what_NAB_says(double expected, int[] rows)
    {
        var score = NabScore.Of(_times, [(_times[300], _times[399]), (_times[600], _times[699])], rows.Select(r => _times[r]).ToHashSet());

        Assert.Equal(expected, score.Normalised, 1e-9);
    }

    [Fact]
    public void Late_detections_in_a_window_are_worth_less_and_false_ones_right_behind_it_cost_little()
    {
        (string, string)[] windows = [(_times[300], _times[399])];
        double Of(params int[] rows) => NabScore.Of(_times, windows, rows.Select(r => _times[r]).ToHashSet()).Normalised;

        Assert.True(Of(300) > Of(350) && Of(350) > Of(398) && Of(398) > 50, $"{Of(300)}, {Of(350)}, {Of(398)}");
        Assert.True(Of(300, 401) > Of(300, 450) && Of(300, 450) > Of(300, 900), $"{Of(300, 401)}, {Of(300, 450)}, {Of(300, 900)}");
    }

    [Fact]
    public void A_window_beside_all_rows_is_refused()
    {
        var error = Assert.Throws<ModelingException>(
            () => NabScore.Of(_times, [("2030-01-01 00:00:00", _times[5])], new HashSet<string>()));

        Assert.Contains("2030-01-01 00:00:00, which is no row", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_recordings_it_agrees_with_the_given_scorer_to_the_printed_digit()
    {
        var scorer = LargeRecordings.Scorer("nab_score.py");
        var recordings = scorer is null ? null : LargeRecordings.Folder("nab");
        var nab = recordings ?? Invented();
        var openings = _folder.Place("openings.csv");

        var found = new Evaluating(
            new EvaluateRequest(Path.Combine(Repository.Root, "models/single-channel"), nab,
                Evaluating.Nab, Path.Combine(nab, "windows.json"), null, openings)).Run();

        var table = found.Models[0].Recordings.Select(Row).ToArray();
        if (recordings is not null)
            Assert.Equal(await Printed(scorer!, openings, nab), table.Append($"total {found.Models[0].Total.Nab!.Value.ToString("F2", CultureInfo.InvariantCulture)}"));
        else
            Assert.Equal((2, 1, 0), (found.Models[0].Total.Events, found.Models[0].Total.EventsFound, found.Models[0].Total.FalseAlarms));
        Assert.Equal(File.ReadLines(openings).Count() - 1, found.Models[0].Total.Alarms);
    }

    private static string Row(Figures f) => $"{f.Name} {f.Nab!.Value.ToString("F2", CultureInfo.InvariantCulture)} {f.EventsFound}/{f.Events} {f.FalseAlarms}";

    private static async Task<string[]> Printed(string scorer, string openings, string nab)
    {
        using var python = Process.Start(
            new ProcessStartInfo("python3", [scorer, openings, "--data", nab]) { RedirectStandardOutput = true })!;
        var lines = (await python.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines[1..^1].Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(c => $"{c[0]} {c[1]} {c[3]} {c[4]}"), $"total {lines[^1].Split(' ')[^1]}"];
    }

    /// <summary>A sensor that leaves its place in the second of two windows, with a late row that an agent does not take.</summary>
    private string Invented()
    {
        var random = new Random(5);
        var lines = _times.Select(
            (t, i) => string.Create(CultureInfo.InvariantCulture, $"{t},{20 + random.NextDouble() + (i < 900 ? 0 : 6):0.00}")).ToList();
        lines.Insert(700, lines[650]);
        File.WriteAllText(_folder.Place("nab/tank.csv"), $"timestamp,value\n{string.Join('\n', lines)}\n");
        File.WriteAllText(_folder.Place("nab/windows.json"), $$"""{"tank.csv": [["{{_times[600]}}", "{{_times[620]}}"], ["{{_times[890]}}.000000", "{{_times[990]}}.000000"]]}""");
        return _folder.Place("nab");
    }
}
