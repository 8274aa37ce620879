using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Conv;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public sealed class ConvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ConvTests()
    {
        for (var i = 0; i < 6; i++)
            File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(700, (ulong)i, faultAt: 600));
        File.WriteAllText(_folder.Place("data/normal.csv"), Some.Csv(1500, 99));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_bundle_finds_plain_faults_and_its_golden_windows_hold_in_the_agents_own_runner()
    {
        var bundle = ModelBundle.Load(Fit("a/pumps", seed: 1));
        using var model = OnnxModel.Load(bundle);

        Assert.Equal(3, GoldenCheck.Run(model));
        Assert.Equal(("window", "reconstruction"), (bundle.Manifest.Input.Layout, bundle.Manifest.Output.Kind));
        Assert.Equal(6, bundle.Manifest.Figures!["eventsFound"]);
        Assert.InRange(bundle.Manifest.Figures["f1"], 0.9, 1);
        Assert.Equal((6, 6), GraphCost.IntegerLayers(OnnxFile.Read(bundle.ModelPath)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bundle_byte_for_byte()
    {
        var (first, again) = (Fit("a/pumps", seed: 1), Fit("b/pumps", seed: 1));

        var names = Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["README.md", "golden.json", "manifest.json", "model.fp32.onnx", "model.onnx"], names);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(again, name))));
    }

    [Fact]
    public void The_card_repeats_the_command_and_survives_a_renewal()
    {
        var card = Path.Combine(Fit("a/pumps", seed: 1), "README.md");
        var before = File.ReadAllText(card);

        Assert.Contains("--recipe conv-autoencoder", before, StringComparison.Ordinal);
        Assert.Contains("| INT8 |", before, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(["card", _folder.Place("a/pumps")]));
        Assert.Equal(before, File.ReadAllText(card));
    }

    [Fact]
    public void An_unknown_recipe_is_wrong_usage() =>
        Assert.Equal(2, CommandLine.Run(["fit", "--recipe", "transformer", "--data", "x", "--out", "y"]));

    private string Fit(string name, ulong seed)
    {
        var options = new ConvOptions
        {
            OuterFilters = 8,
            InnerFilters = 16,
            TrainingWindows = 1500,
            ThresholdWindows = 1000,
            Trainer = new TrainerOptions { Epochs = 3, BatchSize = 32, Rate = 2e-3 },
        };
        new ConvFitting(new FitRequest(_folder.Place("data"), _folder.Place(name), ["normal.csv"], ["*"], null, [], [], seed, Spread: 0),
            options).Run(_ => { });
        return _folder.Place(name);
    }
}
