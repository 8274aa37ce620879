using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Trials;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Trials;

/// <summary>Whatever is wrong with a bundle, its trial ends with a verdict that names it.</summary>
public sealed class BundleTrialTests : IDisposable
{
    private static readonly Dictionary<string, (byte[] Model, string Expected)> Hostile = new()
    {
        ["fails at every run"] = (HostileOnnx.Failing(), "model.onnx: cannot be used:"),
        ["gives a sequence"] = (HostileOnnx.OfSequences(), "model.onnx"),
        ["fixed batch of two thousand millions"] = (TinyOnnx.Linear([1], batch: 2_000_000_000), "its batch is fixed at 2000000000 windows"),
        ["asks for an exabyte"] = (HostileOnnx.Greedy(1L << 58), "model.onnx"),
        ["names weights outside"] = (HostileOnnx.WithSecondFile("../w"), "lies outside the bundle"),
    };

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Ways => [.. Hostile.Keys];

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_hostile_model_is_refused_by_name(string way)
    {
        var (model, expected) = Hostile[way];
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), model);

        var verdict = BundleTrial.Run(folder);

        Assert.NotNull(verdict.Problem);
        Assert.StartsWith(folder, verdict.Problem, StringComparison.Ordinal);
        Assert.Contains(expected, verdict.Problem);
    }

    [Theory]
    [InlineData("\"features\"", "\"features\": [null], \"usual\"")]
    [InlineData("\"length\": 1", "\"length\": 1e99")]
    [InlineData("\"readings\": 2", "\"readings\": 99999999999999999999")]
    [InlineData("\"model\": \"model.onnx\"", "\"model\": \"..\"")]
    [InlineData("\"model\": \"model.onnx\"", "\"model\": \"model.ort\"")]
    public void A_hostile_manifest_is_refused_by_name(string from, string to)
    {
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        var manifest = Path.Combine(folder, ModelBundle.ManifestFile);
        var text = File.ReadAllText(manifest);
        Assert.Contains(from, text);
        File.WriteAllText(manifest, text.Replace(from, to, StringComparison.Ordinal));

        Assert.StartsWith(folder, BundleTrial.Run(folder).Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_bundle_is_told_with_its_digest_and_its_time()
    {
        var verdict = BundleTrial.Run(Repository.Model);

        Assert.Null(verdict.Problem);
        Assert.True(verdict.Golden > 0);
        Assert.Equal(ModelBundle.Load(Repository.Model).Digest, verdict.Digest);
        Assert.True(verdict.RunMs > 0);
        Assert.Equal(ModelRunner.LaneBatch, verdict.Batch);
    }

    [Fact]
    public void A_batch_that_the_graph_has_fixed_is_told()
    {
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), TinyOnnx.Linear([1], batch: 100_000));

        Assert.Equal((null, 100_000), (BundleTrial.Run(folder).Problem, BundleTrial.Run(folder).Batch));
    }

    [Fact]
    public void What_tensors_of_other_elements_take_is_told()
    {
        var doubles = OnnxParts.Graph(
            [OnnxParts.Node("Abs", ["input"], ["output"])], [],
            [OnnxParts.Value("input", OnnxParts.Float64, 1)], [OnnxParts.Value("output", OnnxParts.Float64, 1)]);
        Assert.Equal(16, BundleTrial.Run(TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), doubles)).TensorBytes);
        Assert.Equal(0, BundleTrial.Run(Repository.Model).TensorBytes);
    }

    [Fact]
    public void A_run_without_end_is_ended_where_there_is_a_limit()
    {
        var folder = TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), HostileOnnx.Endless());

        Assert.Contains("a run took longer than 0.2 s and was ended", BundleTrial.Run(folder, TimeSpan.FromSeconds(0.2)).Problem);
    }
}
