using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.Contrast;

namespace EdgeAgent.Modeling.Tests.Commands;

public sealed class FitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FitTests()
    {
        for (var i = 0; i < 6; i++)
            File.WriteAllText(_folder.Place($"data/pump{i}.csv"), Some.Csv(700, (ulong)i, faultAt: 600));
        File.WriteAllText(_folder.Place("data/normal.csv"), Some.Csv(2000, 99));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_bundle_byte_for_byte_and_another_seed_another_model()
    {
        var first = Fit("a/pumps", seed: 1);
        var again = Fit("b/pumps", seed: 1);
        var other = Fit("c/pumps", seed: 2);

        var names = Directory.EnumerateFiles(first).Select(Path.GetFileName).Order().ToArray();
        Assert.Equal(["README.md", "golden.json", "manifest.json", "model.fp32.onnx", "model.onnx", "report.html"],
            names.Order(StringComparer.Ordinal));
        Assert.All(names,
            name => Assert.Equal(File.ReadAllBytes(Path.Combine(first, name!)), File.ReadAllBytes(Path.Combine(again, name!))));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(first, "model.onnx")), File.ReadAllBytes(Path.Combine(other, "model.onnx")));
    }

    [Fact]
    public void The_bundle_loads_and_finds_plain_faults()
    {
        var bundle = ModelBundle.Load(Fit("pumps", seed: 1));

        Assert.Equal(["flow", "current"], bundle.ChannelNames);
        Assert.Equal(6, bundle.Manifest.Figures!["eventsFound"]);
        Assert.InRange(bundle.Manifest.Figures["f1"], 0.9, 1);
    }

    [Fact]
    public void The_agents_own_runner_gives_the_golden_outputs()
    {
        var bundle = ModelBundle.Load(Fit("pumps", seed: 1));
        using var stream = File.OpenRead(Path.Combine(bundle.Folder, GoldenWindows.FileName));
        var golden = JsonSerializer.Deserialize(stream, GoldenWindowsJson.Default.GoldenWindows)!;
        using var model = OnnxModel.Load(bundle);
        using var runner = new ModelRunner(model, batchLimit: 4);
        var features = new FeatureExtractor(bundle.Manifest.Input.Features!, bundle.ChannelNames.Count, bundle.Manifest.Window.Length);

        for (var i = 0; i < golden.Windows.Count; i++)
            features.Extract(golden.Windows[i].Z.SelectMany(row => row).ToArray(), runner.Input(i));
        runner.Run(golden.Windows.Count);

        Assert.Equal(3, golden.Windows.Count);
        Assert.All(golden.Windows.Select((w, i) => (w, i)), p => Assert.Equal(p.w.Output, runner.Output(p.i)[0], golden.Tolerance));
    }

    [Fact]
    public void The_card_of_recordings_without_labels_has_no_empty_table()
    {
        var labelled = File.ReadAllText(Path.Combine(Fit("a/pumps", seed: 1), "README.md"));
        foreach (var file in Directory.GetFiles(_folder.Place("data")))
            File.WriteAllLines(file, File.ReadLines(file).Select(line => line[..line.LastIndexOf(';')]).ToArray());
        var unlabelled = File.ReadAllText(Path.Combine(Fit("b/pumps", seed: 1), "README.md"));

        Assert.Contains("| model | F1 |", labelled, StringComparison.Ordinal);
        Assert.DoesNotContain("No recording has labels", labelled, StringComparison.Ordinal);
        Assert.DoesNotContain("| model | F1 |", unlabelled, StringComparison.Ordinal);
        Assert.Contains("No recording has labels", unlabelled, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_may_be_listed_with_commas()
    {
        Assert.Equal(["flow", "current", "a b"], CommandLine.Listed(["flow,current", "a b"])!);
        Assert.Equal(["flow", "current"], CommandLine.Listed(["flow,", "current"])!);
        Assert.Null(CommandLine.Listed([]));
        Assert.Null(CommandLine.Listed(null));
    }

    [Theory]
    [InlineData(2, "fit")]
    [InlineData(2, "fti")]
    [InlineData(1, "fit", "--data", "nowhere", "--out", "x")]
    [InlineData(1, "inspect", "nowhere")]
    [InlineData(2, "fit", "--recipe", "vibrations", "--out", "x")]
    [InlineData(2, "fit", "--recipe", "contrast", "--out", "x")]
    [InlineData(2, "simulate", "pumps", "--out", "x")]
    [InlineData(0, "--help")]
    public void Exit_codes_tell_wrong_usage_from_failure(int expected, params string[] arguments) =>
        Assert.Equal(expected, CommandLine.Run(arguments));

    private string Fit(string name, ulong seed)
    {
        var request = new FitRequest(_folder.Place("data"), _folder.Place(name), ["normal.csv"], ["*"], null, [], [], seed, Spread: 0);
        new ContrastFitting(request, new ContrastOptions { Normals = new() { WindowsPerClass = 4000 } }, rivals: []).Run(_ => { });
        return request.Out;
    }
}
