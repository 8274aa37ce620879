using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>A first manifest from nothing but a graph: it loads, and says what it guessed.</summary>
public sealed class DescribeTests
{
    [Fact]
    public void An_isolation_forest_takes_values_as_they_are_and_lower_scores_are_worse()
    {
        var (manifest, notes) = Describe(Model("ai.onnx.ml", [Value("X", 0, 2)], [Value("label", 0, 1), Value("scores", 0, 1)]));

        Assert.Null(ManifestCheck.FirstProblem(manifest));
        Assert.Equal(("none", "scores", "lower", 1),
            (manifest.Calibration.Over, manifest.Output.Name, manifest.Output.Worse, manifest.Window.Length));
        Assert.Equal(["temp", "flow"], manifest.Channels.Select(c => c.Name));
        Assert.Contains(notes, n => n.Contains("lower outputs are taken to be worse", StringComparison.Ordinal));
        Assert.Contains(notes, n => n.Contains("placeholders", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Conv", new long[] { 0, 2, 8 }, "channels-first", 8)]
    [InlineData("LSTM", new long[] { 0, 8, 2 }, "window", 8)]
    [InlineData("MatMul", new long[] { 0, 2, 8 }, "channels-first", 8)]
    public void An_autoencoder_rebuilds_windows_in_the_order_that_its_channels_tell(string op, long[] shape, string layout, int length)
    {
        var (manifest, _) = Describe(Model("", [Value("x", shape)], [Value("y", shape)], op));

        Assert.Null(ManifestCheck.FirstProblem(manifest));
        Assert.Equal(("reconstruction", layout, length), (manifest.Output.Kind, manifest.Input.Layout, manifest.Window.Length));
    }

    [Fact]
    public void Inputs_of_their_own_are_columns_and_of_probabilities_one_counts()
    {
        var (manifest, _) = GraphDescription.Of(
            Model("", [Value("temp", 0, 1), Value("flow", 0, 1)], [Value("label", 0), Value("probabilities", 0, 3)]), "m.onnx", null, null);

        Assert.Null(ManifestCheck.FirstProblem(manifest));
        Assert.Equal(["temp", "flow"], manifest.Channels.Select(c => c.Name));
        Assert.Equal(("probabilities", 1), (manifest.Output.Name, manifest.Output.Element));
    }

    [Fact]
    public void A_flat_window_is_told_by_the_number_of_channels()
    {
        var (manifest, notes) = Describe(Model("", [Value("x", 0, 64)], [Value("score", 0, 1)]));

        Assert.Null(ManifestCheck.FirstProblem(manifest));
        Assert.Equal((32, "window", "score"), (manifest.Window.Length, manifest.Input.Layout, manifest.Output.Kind));
        Assert.Contains(notes, n => n.Contains("a flat window of 32 readings", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(new long[] { 0, 24, 2 }, new long[] { 0, 2 }, "window", 25, null)]
    [InlineData(new long[] { 0, 24, 2 }, new long[] { 0, 6, 2 }, "window", 30, 6)]
    [InlineData(new long[] { 0, 2, 24 }, new long[] { 0, 2, 6 }, "channels-first", 30, 6)]
    [InlineData(new long[] { 0, 48 }, new long[] { 0, 6 }, "window", 27, 3)]
    public void A_forecast_is_told_by_its_shape_and_its_readings_count_in_the_window(
        long[] input, long[] given, string layout, int length, int? horizon)
    {
        var (manifest, notes) = Describe(Model("", [Value("x", input)], [Value("y", given)], "LSTM"));

        Assert.Null(ManifestCheck.FirstProblem(manifest));
        Assert.Equal(("forecast", layout, length, horizon),
            (manifest.Output.Kind, manifest.Input.Layout, manifest.Window.Length, manifest.Output.Horizon));
        Assert.Contains(notes, n => n.Contains("taken for a forecast of", StringComparison.Ordinal));
    }

    [Fact]
    public void Probabilities_of_as_many_classes_as_channels_are_no_forecast()
    {
        var (manifest, _) = Describe(Model("", [Value("x", 0, 24, 2)], [Value("probabilities", 0, 2)]));
        Assert.Equal(("score", 1), (manifest.Output.Kind, manifest.Output.Element));
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        Assert.Contains("takes 3 channels; --channels names 2", Refusal(Model("", [Value("x", 0, 3)], [Value("y", 0, 1)])));
        Assert.Contains("expected [batch, channels]", Refusal(Model("", [Value("x", 0, 3, 224, 224)], [Value("y", 0, 1)])));
        var zipped = new ValueInfoProto { Name = "output_probability", Type = new TypeProto() };
        Assert.Contains("'zipmap': False", Refusal(Model("ai.onnx.ml", [Value("x", 0, 2)], [Value("label", 0), zipped])));
    }

    private static string Refusal(ModelProto model) => Assert.Throws<ModelingException>(() => Describe(model)).Message;

    private static (BundleManifest Manifest, IReadOnlyList<string> Notes) Describe(ModelProto model) =>
        GraphDescription.Of(model, "m.onnx", ["temp", "flow"], null);

    private static ModelProto Model(string domain, ValueInfoProto[] inputs, ValueInfoProto[] outputs, string op = "Identity")
    {
        var model = new ModelProto { Graph = new GraphProto(), OpsetImport = { new OperatorSetIdProto { Domain = domain, Version = 3 } } };
        model.Graph.Input.AddRange(inputs);
        model.Graph.Output.AddRange(outputs);
        model.Graph.Node.Add(new NodeProto { OpType = op, Input = { inputs[0].Name }, Output = { outputs[^1].Name } });
        return model;
    }

    /// <summary>Axes of 0 are open.</summary>
    private static ValueInfoProto Value(string name, params long[] axes)
    {
        var shape = new TensorShapeProto();
        foreach (var axis in axes)
            shape.Dim.Add(axis > 0
                ? new TensorShapeProto.Types.Dimension { DimValue = axis } : new TensorShapeProto.Types.Dimension { DimParam = "n" });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.TensorTypeProto { ElemType = Tensors.Float32, Shape = shape } },
        };
    }
}
