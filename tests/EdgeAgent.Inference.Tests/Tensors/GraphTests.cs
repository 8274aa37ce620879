using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.TestData;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.Inference.Tests.Tensors;

/// <summary>
/// Graphs as people bring them: of other elements, other orders, several inputs and outputs. Each sees the window that it means.
/// </summary>
public sealed class GraphTests
{
    /// <summary>A window of three readings of two channels.</summary>
    private static readonly float[] Window = [1, 10, 2, 20, 3, 30];

    /// <summary>Newest value of channel a + 100 × newest of channel b, whatever the graph's order.</summary>
    private const float Newest = 3 + 100 * 30;

    [Theory]
    [InlineData("window", new[] { 3, 2 })]
    [InlineData("window", new[] { 2, 3 })]
    [InlineData("channels-first", new[] { 2, 3 })]
    [InlineData("channels-first", new[] { -1, -1 })]
    [InlineData("window", new[] { 6 })]
    [InlineData("channels-first", new[] { 6 })]
    public void A_window_comes_in_the_order_that_the_graph_has(string layout, int[] axes)
    {
        var isTurned = layout == "channels-first" || axes[0] == 2;
        float[] weights = isTurned ? [0, 0, 1, 0, 0, 100] : [0, 0, 0, 0, 1, 100];
        var graph = Graph(
            [Node("Reshape", ["input", "flat"], ["row"]), Node("MatMul", ["row", "w"], ["output"])],
            [Int64s("flat", -1, 6), Floats("w", [6, 1], weights)],
            [Value("input", Float32, axes)], [Value("output", Float32, 1)]);
        Assert.Equal(Newest, Run(Manifest(layout), graph));
    }

    [Fact]
    public void Where_nothing_says_the_order_what_the_graph_can_run_does()
    {
        // A convolution over two channels of three readings runs in one order only.
        var graph = Graph(
            [
                Node("Conv", ["input", "w"], ["sums"], Ints("kernel_shape", 3)),
                Node("Reshape", ["sums", "flat"], ["output"]),
            ],
            [Int64s("flat", -1, 1), Floats("w", [1, 2, 3], [0, 0, 1, 0, 0, 100])],
            [Value("input", Float32, -1, -1)], [Value("output", Float32, 1)]);
        Assert.Equal(Newest, Run(Manifest("window"), graph));
    }

    [Theory]
    [InlineData(Float64)]
    [InlineData(Float16)]
    [InlineData(OfInt64)]
    [InlineData(OfInt32)]
    public void Other_elements_are_converted_at_both_ends(int type)
    {
        var graph = Graph(
            [
                Node("Cast", ["input"], ["floats"], Number("to", Float32)), Node("ReduceMax", ["floats"], ["most"], Ints("axes", 1, 2)),
                Node("Reshape", ["most", "flat"], ["row"]), Node("Cast", ["row"], ["output"], Number("to", type)),
            ],
            [Int64s("flat", -1, 1)],
            [Value("input", type, 3, 2)], [Value("output", type, 1)]);
        Assert.Equal(30, Run(Manifest("window"), graph));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("first", "second")]
    public void A_graph_may_have_an_input_for_each_channel(params string[]? names)
    {
        var (a, b) = names is null ? ("a", "b") : (names[0], names[1]);
        var graph = Graph(
            [Node("Mul", [b, "hundred"], ["more"]), Node("Add", [a, "more"], ["all"]), Node("MatMul", ["all", "w"], ["output"])],
            [Floats("hundred", [1], [100]), Floats("w", [3, 1], [0, 0, 1])],
            [Value(b, Float32, 3), Value(a, Float32, 3)], [Value("output", Float32, 1)]);
        var manifest = Manifest("window");
        if (names is not null) manifest.Input.Columns = [.. names];
        Assert.Equal(Newest, Run(manifest, graph));
    }

    [Fact]
    public void Of_several_outputs_one_is_chosen_and_of_several_numbers_one()
    {
        var graph = Graph(
            [
                Node("Reshape", ["input", "flat"], ["row"]), Node("MatMul", ["row", "w"], ["probabilities"]),
                Node("ArgMax", ["probabilities"], ["label"], Number("axis", 1), Number("keepdims", 0)),
            ],
            [Int64s("flat", -1, 6), Floats("w", [6, 2], [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1])],
            [Value("input", Float32, 3, 2)], [Value("label", OfInt64), Value("probabilities", Float32, 2)]);
        var manifest = Manifest("window");
        manifest.Output = new ManifestOutput { Name = "probabilities", Element = 1 };
        Assert.Equal(30, Run(manifest, graph));
        manifest.Output = new ManifestOutput { Name = "label" };
        Assert.Equal(1, Run(manifest, graph));
        manifest.Output = new ManifestOutput { Name = "probabilities" };
        Assert.Contains("output.element", Assert.Throws<BundleException>(() => Run(manifest, graph)).Message);
        manifest.Output.Element = 2;
        Assert.Contains("output.element is 2, expected less than 2", Assert.Throws<BundleException>(() => Run(manifest, graph)).Message);
    }

    [Fact]
    public void A_forecast_is_held_against_what_came()
    {
        // It forecasts that everything stays as it is: [batch, 2 readings, 2 channels] go in, the last of them comes out.
        var graph = Graph(
            [Node("Slice", ["input", "one", "two", "one"], ["last"]), Node("Reshape", ["last", "flat"], ["output"])],
            [Int64s("one", 1), Int64s("two", 2), Int64s("flat", -1, 2)],
            [Value("input", Float32, 2, 2)], [Value("output", Float32, 2)]);
        var manifest = Manifest("window");
        manifest.Output = new ManifestOutput { Kind = "forecast" };
        // (3 − 2)² and (30 − 20)², their mean.
        Assert.Equal((1 + 100) / 2f, Run(manifest, graph));
    }

    [Theory]
    [InlineData("window", new[] { 3, 2 })]
    [InlineData("channels-first", new[] { 2, 3 })]
    [InlineData("window", new[] { 6 })]
    public void A_reconstruction_comes_back_in_the_order_of_the_window(string layout, int[] axes)
    {
        // Twice the window: each error is the value itself.
        var graph = Graph(
            [Node("Add", ["input", "input"], ["output"])], [], [Value("input", Float32, axes)], [Value("output", Float32, axes)]);
        var manifest = Manifest(layout);
        manifest.Output = new ManifestOutput { Kind = "reconstruction" };
        Assert.Equal(Window.Sum(v => v * v) / 6, Run(manifest, graph), 3);

        // The window with its channels exchanged is no error of its order: a + b of all readings is the same.
        using var model = OnnxModel.Load(manifest, graph);
        using var runner = new ModelRunner(model, 4);
        Window.CopyTo(runner.Input(0));
        runner.Run(1);
        Assert.Equal(Window.Select(v => 2 * v), runner.Output(0).ToArray());
    }

    [Fact]
    public void An_autoencoder_of_one_reading_rebuilds_it()
    {
        var manifest = TinyBundle.Sum("a", "b") with { Output = new ManifestOutput { Kind = "reconstruction" } };
        var graph = Graph([Node("Add", ["input", "input"], ["output"])], [], [Value("input", Float32, 2)], [Value("output", Float32, 2)]);
        using var model = OnnxModel.Load(manifest, graph);
        using var runner = new ModelRunner(model, 4);
        float[] reading = [3, 4];
        reading.CopyTo(runner.Input(0));
        runner.Run(1);
        Assert.Equal((9 + 16) / 2f, RawOutput.Of(manifest.Output, runner.Input(0), runner.Output(0)));
    }

    [Fact]
    public void One_number_for_all_windows_is_refused_with_what_to_do()
    {
        var scalar = Scalar("output", Float32);
        var graph = Graph(
            [Node("ReduceMean", ["input"], ["output"], Number("keepdims", 0))], [], [Value("input", Float32, 3, 2)], [scalar]);
        Assert.Contains("leave the batch axis", Assert.Throws<BundleException>(() => Run(Manifest("window"), graph)).Message);
    }

    [Fact]
    public void A_sequence_is_refused_with_what_to_do_in_scikit_learn() => Assert.Contains(
        "'zipmap': False",
        Assert.Throws<BundleException>(() => OnnxModel.Load(TinyBundle.Sum("a"), HostileOnnx.OfSequences())).Message);

    [Fact]
    public void Trees_that_are_older_than_the_version_that_their_file_names_run()
    {
        using var temp = new TempFolder();
        var domain = new Proto().Text(1, "ai.onnx.ml").Number(2, 5);
        // One leaf, of weight 7, for whatever comes: a regressor of trees as it was before version 5.
        var trees = Node("TreeEnsembleRegressor", ["input"], ["output"],
            Ints("nodes_treeids", 0), Ints("nodes_nodeids", 0), Ints("nodes_featureids", 0), Ints("nodes_truenodeids", 0),
            Ints("nodes_falsenodeids", 0), Texts("nodes_modes", "LEAF"), Reals("nodes_values", 0), Ints("target_treeids", 0),
            Ints("target_nodeids", 0), Ints("target_ids", 0), Reals("target_weights", 7), Number("n_targets", 1)).Text(7, "ai.onnx.ml");
        byte[] graph = [.. Graph([trees], [], [Value("input", Float32, 1)], [Value("output", Float32, 1)]),
            .. new Proto().Message(8, domain).ToArray()];
        using var model = OnnxModel.Load(ModelBundle.Load(TinyBundle.Write(temp.File("b"), TinyBundle.Sum("a"), graph)));
        using var runner = new ModelRunner(model, 1);
        runner.Run(1);
        Assert.Equal(7, runner.Output(0)[0]);
    }

    private static Proto Texts(string name, string value) => new Proto().Text(1, name).Text(9, value).Number(20, 8);

    private static Proto Reals(string name, float value) => new Proto().Text(1, name)
        .Bytes(7, MemoryMarshal.AsBytes<float>([value]).ToArray()).Number(20, 6);

    [Fact]
    public void In_short_calibration_is_a_text()
    {
        using var temp = new TempFolder();
        var folder = TinyBundle.Write(temp.File("b"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        var path = Path.Combine(folder, ModelBundle.ManifestFile);
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf("\"calibration\": {", StringComparison.Ordinal), text.IndexOf("\"window\"", StringComparison.Ordinal));
        File.WriteAllText(path, $"{text[..from]}\"calibration\": \"none\", {text[to..]}");
        Assert.True(ModelBundle.Load(folder).Manifest.Calibration.IsGiven);
    }

    [Fact]
    public void Texts_are_refused()
    {
        var graph = Graph(
            [Node("Cast", ["input"], ["output"], Number("to", OfText))], [], [Value("input", Float32, 3, 2)], [Value("output", OfText, 1)]);
        Assert.Contains("is String; expected float32", Assert.Throws<BundleException>(() => Run(Manifest("window"), graph)).Message);
    }

    [Fact]
    public void Bringing_windows_into_another_form_allocates_nothing()
    {
        var graph = Graph(
            [
                Node("Cast", ["input"], ["floats"], Number("to", Float32)), Node("ReduceMax", ["floats"], ["most"], Ints("axes", 1, 2)),
                Node("Reshape", ["most", "flat"], ["row"]), Node("Cast", ["row"], ["output"], Number("to", Float64)),
            ],
            [Int64s("flat", -1, 1)],
            [Value("input", Float64, 2, 3)], [Value("output", Float64, 1)]);
        using var model = OnnxModel.Load(Manifest("channels-first"), graph);
        using var runner = new ModelRunner(model, 8);
        for (var i = 0; i < 20; i++) runner.Run(1 + i % 8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) runner.Run(1 + i % 8);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static BundleManifest Manifest(string layout) => TinyBundle.Sum("a", "b") with
    {
        Window = new ManifestWindow { Length = 3 }, Input = new ManifestInput { Layout = layout },
    };

    /// <summary>What the model makes of the window, alone and as the last of five.</summary>
    private static float Run(BundleManifest manifest, byte[] graph)
    {
        using var model = OnnxModel.Load(manifest, graph);
        using var runner = new ModelRunner(model, 8);
        var (last, raw) = (Math.Min(5, runner.BatchLimit), new float[2]);
        for (var i = 0; i < 2; i++)
        {
            var slot = i == 0 ? 0 : last - 1;
            Window.CopyTo(runner.Input(slot));
            runner.Run(slot + 1);
            raw[i] = RawOutput.Of(manifest.Output, runner.Input(slot), runner.Output(slot));
        }
        Assert.Equal(raw[0], raw[1]);
        return raw[0];
    }

    private static Proto Floats(string name, long[] shape, float[] values) =>
        Tensor(name, Float32, shape, MemoryMarshal.AsBytes<float>(values));

    private static Proto Int64s(string name, params long[] values) =>
        Tensor(name, OfInt64, [values.Length], MemoryMarshal.AsBytes<long>(values));
}
