using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.Inference.Tests.Failures;

/// <summary>What ONNX Runtime refuses keeps its meaning: a type for each, which says whether trying again can help.</summary>
public sealed class RuntimeFailureTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_graph_with_an_operator_that_nobody_knows_is_an_invalid_graph() =>
        AssertRefused<InvalidGraphException>(Single("Frobnicate"), canRetry: false, "No Op registered for Frobnicate");

    [Fact]
    public void A_graph_that_leads_back_into_itself_is_an_invalid_graph() =>
        AssertRefused<InvalidGraphException>(
            Ordinary([Node("Abs", ["back"], ["output"]), Node("Abs", ["output"], ["back"])]), canRetry: false, "not acyclic");

    [Fact]
    public void A_graph_that_adds_numbers_of_two_types_is_an_invalid_graph() =>
        AssertRefused<InvalidGraphException>(
            Ordinary([Node("Cast", ["input"], ["whole"], Number("to", OfInt64)), Node("Add", ["whole", "input"], ["output"])]),
            canRetry: false, "Type Error");

    [Fact]
    public void A_node_without_a_kernel_is_not_implemented() =>
        AssertRefused<UnsupportedModelException>(
            Ordinary([
                Node("Cast", ["input"], ["wide"], Number("to", Float64)), Node("Acosh", ["wide"], ["angle"]),
                Node("Cast", ["angle"], ["output"], Number("to", Float32)),
            ]),
            canRetry: false, "export the model with another operator, type or opset");

    [Fact]
    public void A_form_of_the_future_is_not_implemented() =>
        AssertRefused<UnsupportedModelException>(
            [.. new Proto().Number(1, 99).ToArray(), .. TinyBundle.SumModel(1)[2..]], canRetry: false, "Unsupported model IR version: 99");

    [Fact]
    public void A_missing_file_is_told_as_one_and_may_be_there_another_time()
    {
        var bundle = ModelBundle.Load(TinyBundle.Write(_temp.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1)));
        File.Delete(bundle.ModelPath);
        var refusal = Assert.Throws<BundleException>(() => OnnxModel.Load(bundle));
        Assert.IsType<ModelFileMissingException>(refusal.InnerException);
        Assert.True(refusal.CanRetry);
    }

    [Fact]
    public void A_file_that_is_no_model_is_told_as_one()
    {
        var refusal = Assert.Throws<BundleException>(() => OnnxModel.Load(TinyBundle.Sum("a"), "not a graph"u8.ToArray()));
        Assert.IsType<InvalidModelFileException>(refusal.InnerException);
        Assert.False(refusal.CanRetry);
    }

    [Fact]
    public void Numbers_that_an_operator_does_not_take_are_an_invalid_argument()
    {
        var failure = Assert.Throws<InvalidModelArgumentException>(() => Run(HostileOnnx.Failing(), 1));
        Assert.Contains("idx=1000000", failure.Message);
        Assert.False(failure.CanRetry);
    }

    [Fact]
    public void More_memory_than_there_is_is_told_with_the_bytes_and_may_be_there_another_time()
    {
        var failure = Assert.Throws<ModelMemoryException>(() => Run(Asking(), 1e13f));
        Assert.Matches("buffer of size 39999999\\d+; it may go well once memory is free", failure.Message);
        // Places in sources that nobody here has tell nobody anything.
        Assert.DoesNotContain("onnxruntime_src", failure.Message);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public void A_tensor_beyond_all_numbers_is_out_of_memory_too() =>
        Assert.Throws<ModelMemoryException>(() => Run(Asking(), 4.6e18f));

    [Fact]
    public async Task A_run_that_nobody_wants_any_more_ends_and_the_next_one_runs()
    {
        using var model = OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.EndlessAbove100());
        using var runner = new ModelRunner(model, 4);
        for (var round = 0; round < 3; round++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            runner.Input(0)[0] = 500;
            var run = Task.Run(() => Assert.Throws<RunCanceledException>(() => runner.Run(1, cancel.Token)));
            Assert.Same(run, await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(30))));
            Assert.True((await run).CanRetry);
            runner.Input(0)[0] = 50;
            runner.Run(1);
            Assert.Equal(50, runner.Output(0)[0]);
        }
    }

    [Fact]
    public void A_run_that_is_canceled_before_it_begins_does_not_run()
    {
        using var model = OnnxModel.Load(TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        using var runner = new ModelRunner(model, 4);
        Assert.Throws<RunCanceledException>(() => runner.Run(1, new CancellationToken(canceled: true)));
        runner.Run(1);
    }

    [Fact]
    public void A_run_beyond_its_deadline_is_overdue_and_not_canceled()
    {
        using var model = OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.EndlessAbove100());
        using var runner = new ModelRunner(model, 1, TimeSpan.FromMilliseconds(200));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        runner.Input(0)[0] = 500;
        Assert.True(Assert.Throws<RunOverdueException>(() => runner.Run(1, cancel.Token)).CanRetry);
    }

    [Fact]
    public void A_status_that_the_library_does_not_know_is_a_failure_of_the_runtime() =>
        Assert.IsType<RuntimeFailureException>(RuntimeFailure.Of(new KeyNotFoundException("13")));

    private static byte[] Single(string op) => Ordinary([Node(op, ["input"], ["output"])]);

    private static byte[] Ordinary(Proto[] nodes) => Graph(nodes, [], [Value("input", Float32, 1)], [Value("output", Float32, 1)]);

    /// <summary>Makes a tensor of as many numbers as it is told.</summary>
    private static byte[] Asking() => Graph(
        [
            Node("ReduceMax", ["input"], ["most"], Number("keepdims", 0)), Node("Cast", ["most"], ["count"], Number("to", OfInt64)),
            Node("Reshape", ["count", "one"], ["shape"]), Node("ConstantOfShape", ["shape"], ["huge"]),
            Node("ReduceMax", ["huge"], ["largest"], Number("keepdims", 0)), Node("Add", ["input", "largest"], ["output"]),
        ],
        [Tensor("one", OfInt64, [1], MemoryMarshal.AsBytes<long>([1]))], [Value("input", Float32, 1)], [Value("output", Float32, 1)]);

    private static void Run(byte[] graph, float value)
    {
        var manifest = TinyBundle.Sum("a");
        manifest.Input.Alone = true;
        using var model = OnnxModel.Load(manifest, graph);
        using var runner = new ModelRunner(model, 1);
        runner.Input(0)[0] = value;
        runner.Run(1);
    }

    private static void AssertRefused<T>(byte[] graph, bool canRetry, string expected) where T : ModelRunException
    {
        var refusal = Assert.Throws<BundleException>(() => OnnxModel.Load(TinyBundle.Sum("a"), graph));
        Assert.Contains(expected, Assert.IsType<T>(refusal.InnerException).Message);
        Assert.Equal(canRetry, refusal.CanRetry);
    }
}
