using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Distance;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public sealed class DistanceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public DistanceTests()
    {
        for (var i = 0; i < 6; i++)
            File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(700, (ulong)i, faultAt: 600));
        File.WriteAllText(_folder.Place("data/normal.csv"), Some.Csv(2000, 99));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_bundle_finds_plain_faults_in_integers_and_its_golden_windows_hold_in_the_agents_own_runner()
    {
        var bundle = ModelBundle.Load(Fit("pumps"));
        using var model = OnnxModel.Load(bundle);

        Assert.Equal(3, GoldenCheck.Run(model));
        Assert.Equal((1, 1), GraphCost.IntegerLayers(OnnxFile.Read(bundle.ModelPath)));
        Assert.Equal("distance", bundle.Manifest.Provenance!["recipe"]);
        Assert.Equal(6, bundle.Manifest.Figures!["eventsFound"]);
        Assert.InRange(bundle.Manifest.Figures["f1"], 0.8, 1);
        Assert.InRange(bundle.Manifest.Figures["falseAlarmRate"], 0, 0.05);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bundle_byte_for_byte_and_its_card_survives_a_renewal()
    {
        var (first, again) = (Fit("a/pumps"), Fit("b/pumps"));
        Assert.Equal(0, CommandLine.Run(["card", again]));

        var names = Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["README.md", "golden.json", "manifest.json", "model.fp32.onnx", "model.onnx"], names);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(again, name))));
    }

    [Fact]
    public void Whitened_features_are_uncorrelated_and_of_size_one()
    {
        var rows = Correlated(5000);
        var weights = Whitening.Of(rows, 2, loading: 0);
        double xx = 0, xy = 0, yy = 0;
        for (var r = 0; r < rows.Length; r += 2)
        {
            var x = rows[r] * weights[0] + rows[r + 1] * weights[2];
            var y = rows[r] * weights[1] + rows[r + 1] * weights[3];
            (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
        }

        Assert.Equal(1, 2 * xx / rows.Length, 1e-4);
        Assert.Equal(0, 2 * xy / rows.Length, 1e-4);
        Assert.Equal(1, 2 * yy / rows.Length, 1e-4);
    }

    [Fact]
    public void The_card_of_recordings_without_labels_has_no_empty_table()
    {
        foreach (var file in Directory.GetFiles(_folder.Place("data")))
            File.WriteAllLines(file, File.ReadLines(file).Select(line => line[..line.LastIndexOf(';')]).ToArray());

        var card = File.ReadAllText(Path.Combine(Fit("unlabelled"), "README.md"));

        Assert.Contains("No recording has labels", card, StringComparison.Ordinal);
        Assert.DoesNotContain("| model | F1 |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Fully_loaded_the_distance_is_the_plain_one()
    {
        var graph = DistanceExport.ToOnnx(new Standardisation([1, 0], [1, 0.5f]), Whitening.Of(Correlated(100), 2, loading: 1));
        using var session = new GraphSession(graph);

        // (4 − 1) · 1 and (8 − 0) · 0.5.
        Assert.Equal(5, session.Run([4, 8])[DistanceExport.Output][0], 1e-5f);
    }

    [Fact]
    public void Further_against_the_correlation_than_along_it()
    {
        using var session = new GraphSession(
            DistanceExport.ToOnnx(new Standardisation([0, 0], [1, 1]), Whitening.Of(Correlated(5000), 2, loading: 0.1)));
        var distances = session.Run([1, 1, 1, -1])[DistanceExport.Output];

        Assert.True(distances[1] > 1.5 * distances[0], $"{distances[0]} along, {distances[1]} against");
    }

    [Fact]
    public void Thresholds_are_tried_in_the_scale_of_the_output()
    {
        Assert.Equal(new ThresholdGrid(8, 0.25f), ThresholdGrid.Logits);
        Assert.Equal(new ThresholdGrid(90, 1), ThresholdGrid.Between([40, 50, 90]));
    }

    /// <summary>Pairs of size 1, correlated by 0.8.</summary>
    private static float[] Correlated(int count)
    {
        var random = new SplittableRandom(4);
        return [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            var (a, b) = (random.Normal(), random.Normal());
            return new[] { (float)a, (float)(0.8 * a + 0.6 * b) };
        })];
    }

    private string Fit(string name)
    {
        var options = new DistanceOptions();
        options.Normals.WindowsPerClass = 3000;
        new DistanceFitting(new FitRequest(_folder.Place("data"), _folder.Place(name), ["normal.csv"], ["*"], null, [], [], 1, Spread: 0),
            options).Run(_ => { });
        return _folder.Place(name);
    }
}
