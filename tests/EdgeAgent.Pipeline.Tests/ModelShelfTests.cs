using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Of several bundles one is bad, in any way that files can be.</summary>
public sealed class ModelShelfTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<string> Ways => [.. Damages.Keys];

    private static readonly Dictionary<string, Action<string>> Damages = new()
    {
        ["no folder"] = folder => Directory.Delete(folder, recursive: true),
        ["a file instead of a folder"] = folder =>
        {
            Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "bundle");
        },
        ["no manifest"] = folder => File.Delete(Manifest(folder)),
        ["an empty manifest"] = folder => File.WriteAllBytes(Manifest(folder), []),
        ["a manifest that is null"] = folder => File.WriteAllText(Manifest(folder), "null"),
        ["half a manifest"] = folder => Change(folder, text => text[..(text.Length / 2)]),
        ["an unknown key"] = folder => Change(folder, text => text.Replace("\"window\"", "\"windows\"", StringComparison.Ordinal)),
        ["a window beyond all memory"] = folder => Change(
            folder, text => text.Replace("\"length\": 1", "\"length\": 2000000000", StringComparison.Ordinal)),
        ["no model"] = folder => File.Delete(Path.Combine(folder, "model.onnx")),
        ["a model that is a folder"] = folder =>
        {
            File.Delete(Path.Combine(folder, "model.onnx"));
            Directory.CreateDirectory(Path.Combine(folder, "model.onnx"));
        },
        ["a model cut off"] = folder => TinyBundle.Write(folder, TinyBundle.Sum("a"), TinyBundle.SumModel(1)[..^9]),
        ["an empty model"] = folder => TinyBundle.Write(folder, TinyBundle.Sum("a"), []),
        ["a model exchanged"] = folder => File.WriteAllBytes(Path.Combine(folder, "model.onnx"), TinyBundle.SumModel(2)),
        ["a model of another shape"] = folder => TinyBundle.Write(folder, TinyBundle.Sum("a"), TinyBundle.SumModel(2)),
        ["a model with another output"] = folder => TinyBundle.Write(folder, TinyBundle.Sum("a"), TinyOnnx.Linear([1], output: "y")),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_bad_bundle_takes_its_detector_out_of_service_with_a_reason_and_the_others_run(string way)
    {
        var good = TinyBundle.Write(_temp.File("good"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        var bad = TinyBundle.Write(_temp.File("bad"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        Damages[way](bad);
        using var shelf = new ModelShelf(new AgentOptions
        {
            Sources = [new SourceOptions { Name = "s" }],
            Detectors = [Detector("first", bad), Detector("good", good), Detector("second", bad)],
        });

        Assert.Equal("good", Assert.Single(shelf.InService.Detectors).Name);
        Assert.StartsWith(bad, Assert.Single(shelf.Troubles), StringComparison.Ordinal);
        using var model = shelf.Models[good];
        Assert.Equal(1, model.InputLength);
    }

    [Fact]
    public void Two_folders_with_the_same_content_share_a_session_and_a_third_has_its_own()
    {
        string Write(string name, float weight) => TinyBundle.Write(_temp.File(name), TinyBundle.Sum("a"), TinyOnnx.Linear([weight]));
        var (first, second, other) = (Write("first", 1), Write("second", 1), Write("other", 2));
        var options = new AgentOptions
        {
            Sources = [new SourceOptions { Name = "s" }],
            Detectors = [Detector("first", first), Detector("second", second), Detector("other", other)],
        };
        using var shelf = new ModelShelf(options);

        Assert.Empty(shelf.Troubles);
        Assert.True(shelf.Models[first].IsSharedWith(shelf.Models[second]));
        Assert.False(shelf.Models[first].IsSharedWith(shelf.Models[other]));

        // What is loaded at a reload shares with what runs, and outlives it.
        var next = new ModelShelf(options with { Detectors = [Detector("second", second)] }, before: shelf, isUnchanged: _ => false);
        Assert.True(shelf.Models[first].IsSharedWith(next.Models[second]));
        shelf.DisposeAllBut(next);
        using var runner = new ModelRunner(next.Models[second], 1);
        runner.Run(1);
        next.Dispose();
    }

    [Fact]
    public void What_a_model_took_until_it_was_warm_is_logged()
    {
        var log = new LogLines();
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        using var shelf = new ModelShelf(new AgentOptions
        {
            Sources = [new SourceOptions { Name = "s" }], Detectors = [Detector("d", folder)],
        });
        shelf.Log(log);
        Assert.Matches(
            $"model sum 1.0.0 of {folder} is warm: loaded in [0-9.]+ ms, first run [0-9.]+ ms, then [0-9.]+ ms", log.Lines.Single());
    }

    [Fact]
    public void A_window_of_more_values_than_a_lane_can_hold_is_refused()
    {
        var manifest = TinyBundle.Sum([.. Enumerable.Range(0, 100).Select(i => $"c{i}")]) with
        {
            Window = new ManifestWindow { Length = 65_536 },
        };

        Assert.Contains("window.length is 65536, times 100 channels", ManifestCheck.FirstProblem(manifest));
    }

    private static DetectorOptions Detector(string name, string model) => new() { Name = name, Source = "s", Model = model };

    private static string Manifest(string folder) => Path.Combine(folder, ModelBundle.ManifestFile);

    private static void Change(string folder, Func<string, string> change) =>
        File.WriteAllText(Manifest(folder), change(File.ReadAllText(Manifest(folder))));
}
