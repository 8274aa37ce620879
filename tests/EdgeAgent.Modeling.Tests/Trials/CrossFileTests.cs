using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.Distance;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Tests.Trials;

public sealed class CrossFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public CrossFileTests()
    {
        foreach (var i in Enumerable.Range(8, 4))
            File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(600, (ulong)i, faultAt: i == 8 ? 10 : 500));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_learned_from_is_not_scored()
    {
        var report = Open("*").Score(new Draw("one", [1, 2]));

        Assert.Equal(2 * 200, report.Score!.Readings);
        Assert.StartsWith("one (1,2): F1 ", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_stand_in_the_order_of_their_patterns_and_numbers()
    {
        // Only pump8 calibrates on its fault, so that nothing of it is found.
        Assert.Equal([1, 0, 0, 0], Enumerable.Range(0, 4).Select(i => Math.Round(Missed(Open("*"), i))));
        Assert.Equal([0, 0, 1, 0], Enumerable.Range(0, 4).Select(i => Math.Round(Missed(Open("pump1*", "pump8*", "*"), i))));

        static double Missed(CrossFile trial, int alone) =>
            trial.Score(new Draw("", [.. Enumerable.Range(0, trial.Count).Where(i => i != alone)])).Score!.MissedAlarmRate;
    }

    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(4)]
    [InlineData(1, 1)]
    public void A_draw_that_leaves_nothing_or_names_what_is_not_there_is_refused(params int[] positions) =>
        Assert.Contains("from 0 to 3",
            Assert.Throws<ModelingException>(() => Open("*").Score(new Draw("one", positions))).Message, StringComparison.Ordinal);

    [Fact]
    public void Draws_are_the_same_on_every_run()
    {
        Assert.Equal([0, 4, 8, 12, 16, 20, 24, 28], Draw.Spread(34, 8).Positions);
        Assert.Equal([0, 1, 2], Draw.First(3).Positions);
        Assert.Equal([4, 6, 15, 17, 18, 23, 25, 27], Draw.Random(34, 8, 1).Positions);
        Assert.Equal([1, 2, 5, 11, 13, 22, 27, 30], Draw.Random(34, 8, 2).Positions);
    }

    private CrossFile Open(params string[] files)
    {
        var request = new FitRequest(_folder.Place("data"), "", [], files, null, [], [], 1, Spread: 0);
        return CrossFile.Open(request, new DistanceRecipe().Trial(request));
    }
}
