using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;
using Xunit.Abstractions;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.Inference.Tests.Sessions;

/// <summary>Windows are run together only where that changes no bit of their results.</summary>
public sealed class BatchProofTests(ITestOutputHelper output)
{
    [Fact]
    public void A_model_that_looks_at_all_windows_of_a_run_is_run_one_by_one()
    {
        using var model = OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.Mixing());
        Assert.True(model.RunsAlone);
        using var runner = new ModelRunner(model, 64);
        Assert.Equal(1, runner.BatchLimit);
    }

    [Fact]
    public void One_that_quantizes_while_it_runs_over_all_windows_of_a_run_is_run_one_by_one()
    {
        // The form that quantize_dynamic makes: one scale for all windows of a run.
        var graph = Graph(
            [
                Node("DynamicQuantizeLinear", ["input"], ["bytes", "scale", "zero"]),
                Node("MatMulInteger", ["bytes", "w", "zero", "w_zero"], ["sums"]),
                Node("Cast", ["sums"], ["floats"], Number("to", Float32)),
                Node("Mul", ["floats", "scale"], ["output"]),
            ],
            [Tensor("w", 3, [4, 1], MemoryMarshal.AsBytes<sbyte>([1, 2, 3, 4])), Tensor("w_zero", 3, [], [0])],
            [Value("input", Float32, 4)], [Value("output", Float32, 1)]);
        using var model = OnnxModel.Load(TinyBundle.Sum("a", "b", "c", "d"), graph);
        Assert.True(model.RunsAlone);
    }

    [Fact]
    public void One_that_gives_one_score_for_all_windows_of_a_run_is_refused_unless_they_are_to_be_run_one_by_one()
    {
        var graph = Graph(
            [Node("ReduceMean", ["input"], ["mean"], Number("keepdims", 0)), Node("Reshape", ["mean", "shape"], ["output"])],
            [Tensor("shape", OfInt64, [2], MemoryMarshal.AsBytes<long>([-1, 1]))],
            [Value("input", Float32, 1)], [Value("output", Float32, 1)]);
        var manifest = TinyBundle.Sum("a");
        var refusal = Assert.Throws<BundleException>(() => OnnxModel.Load(manifest, graph)).Message;
        Assert.Contains("gives 1 output for 2 windows", refusal);
        Assert.Contains("\"alone\": true", refusal);
        manifest.Input.Alone = true;
        using var model = OnnxModel.Load(manifest, graph);
        using var runner = new ModelRunner(model, 64);
        runner.Input(0)[0] = 5;
        runner.Run(1);
        Assert.Equal(5, runner.Output(0)[0]);
    }

    [Fact]
    public void In_a_batch_that_the_graph_fixes_windows_may_not_depend_on_each_other()
    {
        var (input, output) = (TinyOnnx.Value("input", 4, 1), TinyOnnx.Value("output", 4, 1));
        var mixing = Graph(
            [Node("ReduceMean", ["input"], ["mean"], Ints("axes", 0)), Node("Sub", ["input", "mean"], ["output"])], [], [input], [output]);
        Assert.Contains(
            "depend on each other, and its batch is fixed at 4",
            Assert.Throws<BundleException>(() => OnnxModel.Load(TinyBundle.Sum("a"), mixing)).Message);
        using var good = OnnxModel.Load(TinyBundle.Sum("a"), TinyOnnx.Linear([1], batch: 4));
        Assert.False(good.RunsAlone);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    [InlineData(-1, 1)]
    [InlineData(int.MaxValue, 1)]
    public void What_a_trial_says_is_believed_only_where_it_can_be(int told, int taken)
    {
        using var temp = new TempFolder();
        var folder = TinyBundle.Write(temp.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        using var model = OnnxModel.Load(ModelBundle.Load(folder), told);
        Assert.Equal(taken, model.LeastBatch);
    }

    [Fact]
    public void One_that_says_so_is()
    {
        var manifest = TinyBundle.Sum("a");
        manifest.Input.Alone = true;
        using var model = OnnxModel.Load(manifest, TinyBundle.SumModel(1));
        Assert.True(model.RunsAlone);
    }

    [Theory]
    [InlineData("pump-health")]
    [InlineData("single-channel")]
    [InlineData("vibration")]
    public void The_bundles_that_come_with_the_program_give_the_same_bits_however_many_are_run_together(string name)
    {
        using var model = OnnxModel.Load(ModelBundle.Load(Repository.File($"models/{name}")));
        output.WriteLine($"{name}: least batch {model.LeastBatch}");
        using var runner = new ModelRunner(model, ModelRunner.LaneBatch);
        // They are worth running together.
        Assert.Equal(ModelRunner.LaneBatch, runner.BatchLimit);
        var random = new Random(7);
        var windows = Enumerable.Range(0, runner.BatchLimit)
            .Select(_ => Enumerable.Range(0, model.InputLength).Select(_ => random.NextSingle() * 6 - 3).ToArray()).ToArray();
        var alone = windows.Select(w => Run([w])[0]).ToArray();
        foreach (var count in new[] { 2, 3, 5, 17, 33, 64 })
            Assert.Equal(alone[..count], Run(windows[..count]));

        float[] Run(float[][] some)
        {
            for (var slot = 0; slot < some.Length; slot++) some[slot].CopyTo(runner.Input(slot));
            runner.Run(some.Length);
            return [.. Enumerable.Range(0, some.Length).Select(slot => RawOutput.Of(
                model.Bundle.Manifest.Output, runner.Input(slot), runner.Output(slot)))];
        }
    }
}
