using System.Text.RegularExpressions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Scenarios;

/// <summary>What the tool says of a bundle is what a gateway makes of it: the same verdict for every reading.</summary>
public sealed partial class EvaluateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("as it is", "")]
    [InlineData("with a stride", "\"length\": 60, \"stride\": 7")]
    [InlineData("with a gap", "\"length\": 60, \"stride\": 1, \"gap\": \"5s\"")]
    [InlineData("with a window longer than the calibration", "\"length\": 500, \"stride\": 1")]
    [InlineData("with all of it", "\"length\": 150, \"stride\": 3, \"gap\": \"30s\"")]
    public async Task Evaluate_and_replay_give_the_same_verdict_for_every_reading(string what, string window)
    {
        var bundle = Bundle(Repository.Model, window);
        var recordings = Recordings(hasGaps: window.Contains("gap", StringComparison.Ordinal));

        var (evaluated, replayed) = await Both(bundle, recordings);

        Assert.Contains(evaluated, line => line.Value);
        var rows = Directory.GetFiles(recordings, "*.csv", SearchOption.AllDirectories).Sum(f => File.ReadLines(f).Count() - 1);
        Assert.True(evaluated.Count > rows / 4, $"{what}: {evaluated.Count} judged of {rows}");
        foreach (var (reading, verdict) in evaluated)
            Assert.True(verdict == replayed[reading], $"{what}: {reading}: evaluate says {verdict}");
        // Behind what evaluate leaves out, for nothing was judged yet, no event was open.
        Assert.DoesNotContain(replayed, line => line.Value && !evaluated.ContainsKey(line.Key));
    }

    [Fact]
    public async Task They_agree_on_samples_whose_features_are_calibrated_too()
    {
        var bundle = Bundle(Path.Combine(Repository.Root, "models/vibration"), "");
        var recordings = Directory.CreateDirectory(_folder.File("machines")).FullName;
        new SimulatedRecordings(recordings, seed: 3, blocks: 60, pause: 0, asRows: true).Write(machinesOfKind: 1);
        foreach (var file in Directory.GetFiles(recordings).Where(f => !Path.GetFileName(f).StartsWith("outer", StringComparison.Ordinal)))
            File.Delete(file);

        var (evaluated, replayed) = await Both(bundle, recordings);

        Assert.Contains(evaluated, line => line.Value);
        Assert.Equal(evaluated, evaluated.Keys.ToDictionary(k => k, k => replayed[k]));
    }

    /// <summary>The verdicts of both, by file and time.</summary>
    private async Task<(Dictionary<string, bool> Evaluated, Dictionary<string, bool> Replayed)> Both(string bundle, string recordings)
    {
        var (evaluated, replayed) = (_folder.File("evaluated.csv"), _folder.File("replayed.csv"));
        Assert.Equal(0, CommandLine.Run(["evaluate", bundle, "--data", recordings, "--verdicts", evaluated]));
        var (exitCode, output) = await AgentProcess.Run("replay", "--model", bundle, "--verdicts", replayed, recordings);
        Assert.True(exitCode == 0, output);
        return (Read(evaluated), Read(replayed));
    }

    private static Dictionary<string, bool> Read(string path) =>
        File.ReadLines(path).Skip(1).ToDictionary(line => line[..line.LastIndexOf(',')], line => line.EndsWith('1'));

    private string Bundle(string model, string window)
    {
        var bundle = Directory.CreateDirectory(_folder.File("bundle")).FullName;
        foreach (var file in new[] { "manifest.json", "model.onnx" })
            File.Copy(Path.Combine(model, file), Path.Combine(bundle, file));
        if (window.Length == 0) return bundle;
        var manifest = Path.Combine(bundle, "manifest.json");
        var text = File.ReadAllText(manifest);
        var changed = Window().Replace(text, $"\"window\": {{ {window} }}", 1);
        Assert.NotEqual(text, changed);
        File.WriteAllText(manifest, changed);
        return bundle;
    }

    /// <summary>The labelled recordings; on demand with a quarter of a minute missing here and there.</summary>
    private string Recordings(bool hasGaps)
    {
        var labelled = new SkabData(_folder).Labelled;
        if (!hasGaps) return labelled;
        foreach (var file in Directory.GetFiles(labelled, "*.csv", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(file);
            File.WriteAllLines(file, lines.Where((_, i) => i < 300 || i % 250 >= 40));
        }
        return labelled;
    }

    [GeneratedRegex(@"""window"":\s*\{[^}]*\}")]
    private static partial Regex Window();
}
