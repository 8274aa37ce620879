using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Evaluation.Series;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.ManyChannels;
using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Modeling.Tests.Recipes;

public sealed class ManyChannelsTests : IDisposable
{
    private static readonly ManyChannelsOptions Small = new() { TrialMachines = 12, TrialReadings = 2_500 };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_bundle_and_it_holds_on_the_agents_own_runner()
    {
        var (first, again) = (_folder.Place("a/machine"), _folder.Place("b/machine"));
        var report = Fit(first);
        Fit(again);

        foreach (var name in Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(again, name)));
        using var model = OnnxModel.Load(ModelBundle.Load(first));
        Assert.True(model.Bundle.TakesManyChannels);
        Assert.Equal(3, GoldenCheck.Run(model));
        foreach (var shape in Enum.GetValues<InventedFault.Shape>())
            Assert.True(report.Found[shape] > 0.3, $"{report.Found[shape]} of {shape}");
        // Few machines: the card's figure is of five times as many.
        Assert.InRange(report.Flagged, 0, 0.1);
    }

    [Fact]
    public void A_series_is_judged_by_all_of_its_columns_lap_by_lap()
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 800).SelectMany(r => new[] { (float)random.NextDouble(), r % 5 == 0 ? 1 : 0, 7 })];
        var series = new LabelledSeries("s", ["a", "bit", "still"], values, null, [])
            .Repeated(2, [.. Enumerable.Range(0, 800).Select(r => r > 790)]);
        using var replay = new SeriesReplay(Path.Combine(Repository.Root, "models/many-channels"));

        var (_, column, played) = replay.Judge(series, allChannels: false).Single();

        Assert.Equal((1_600, 1_600, 18), (series.Rows, column.Length, series.Labels!.Count(l => l)));
        Assert.DoesNotContain(true, played.IsOpen);
    }

    private static ManyChannelsReport Fit(string folder)
    {
        var request = new FitRequest(
            "", folder, [], ["*"], null, [], new Dictionary<string, string> { ["note"] = "text" }, 1, Spread: 0);
        return new ManyChannelsFitting(request, Small).Run(_ => { });
    }
}
