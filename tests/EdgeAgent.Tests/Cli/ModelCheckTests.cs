using System.Text.Json.Nodes;
using EdgeAgent.Cli;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Cli;

public sealed class ModelCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_manifest_leaves_out_is_told_with_what_counts_instead_and_is_no_trouble()
    {
        var bundle = TinyBundle.Write(_folder.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        Change(bundle, manifest =>
        {
            manifest.Remove("calibration");
            manifest["output"]!.AsObject().Remove("one");
        });
        var told = new List<string>();

        Assert.Empty(ModelCheck.Troubles(Options(bundle), new Trials(), told.Add));

        Assert.Contains(told, t => t.StartsWith($"‼ {bundle}: calibration is missing", StringComparison.Ordinal));
        Assert.Contains(told, t => t.StartsWith($"‼ {bundle}: output.one is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_that_says_all_is_praised_and_no_more()
    {
        var told = new List<string>();
        Assert.Empty(ModelCheck.Troubles(
            Options(TinyBundle.Write(_folder.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1))), new Trials(), told.Add));
        Assert.Contains("edgeagent-model golden writes some", Assert.Single(told));
    }

    private static AgentOptions Options(string bundle) => new()
    {
        Sources = [new SourceOptions { Name = "s" }], Detectors = [new DetectorOptions { Name = "d", Source = "s", Model = bundle }],
    };

    private static void Change(string bundle, Action<JsonObject> change)
    {
        var path = Path.Combine(bundle, ModelBundle.ManifestFile);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private sealed class Trials : IBundleTrials
    {
        public IReadOnlyDictionary<string, TrialVerdict> Run(IReadOnlyCollection<string> folders) =>
            folders.ToDictionary(f => f, f => BundleTrial.Run(f));
    }
}
