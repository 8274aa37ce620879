using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;

namespace EdgeAgent.Modeling.Tests.Quantization;

public class ModelQuantizerTests
{
    private readonly WindowSet _windows = new(Some.Floats(128 * 4 * 16), [4, 16]);

    [Fact]
    public void A_residual_net_runs_in_integers_from_its_first_layer_to_its_last()
    {
        var maker = new GraphMaker(4, 16).Weights("w1", 16, 4, 3).Weights("b1", 16)
            .Weights("w2", 16, 16, 3).Weights("w3", 8, 16, 1).Weights("w4", 4, 24, 1)
            .Node("Conv", "a", "x", "w1", "b1").Set("pads", 1, 1).Node("Relu", "r", "a")
            .Node("Conv", "c", "r", "w2").Set("pads", 1, 1).Node("Add", "sum", "c", "r").Node("Relu", "r2", "sum")
            .Node("LeakyRelu", "l", "r2").Node("MaxPool", "m", "l").Set("kernel_shape", 2).Set("strides", 2)
            .Node("Conv", "d", "m", "w3").Node("Sigmoid", "s", "d").Node("Concat", "all", "s", "m").SetOne("axis", 1)
            .Node("Conv", "y", "all", "w4");
        var types = Optimized(Quantize(maker.Model()));

        Assert.Empty(types.Intersect(["Conv", "Add", "Relu", "LeakyRelu", "Sigmoid", "Concat"]));
        Assert.Equal(4, types.Count(t => t == "QLinearConv"));
        Assert.Single(types, "QLinearAdd");
        Assert.Single(types, "QuantizeLinear");
        Assert.Single(types, "DequantizeLinear");
    }

    [Fact]
    public void A_linear_layer_over_three_axes_multiplies_in_integers()
    {
        var model = new GraphMaker(4, 16).Weights("w1", 16, 32).Weights("b1", 32).Weights("w2", 32, 8)
            .Node("MatMul", "a", "x", "w1").Node("Add", "b", "a", "b1").Node("Relu", "r", "b").Node("MatMul", "y", "r", "w2").Model();
        var types = Optimized(Quantize(model));

        Assert.DoesNotContain("MatMul", types);
        Assert.Equal(2, types.Count(t => t is "MatMulIntegerToFloat" or "DynamicQuantizeMatMul" or "QLinearMatMul"));
    }

    [Fact]
    public void Layers_over_two_axes_groups_pooling_and_a_head_are_integer_and_what_has_no_integer_form_stays_float()
    {
        var model = new GraphMaker(4, 16).Longs("one", 1).Weights("w1", 8, 1, 3, 3)
            .Weights("w2", 8, 1, 3, 3).Weights("w3", 16, 8, 1, 1).Weights("w4", 5, 16).Weights("b4", 5)
            .Node("Unsqueeze", "image", "x", "one").Node("Conv", "a", "image", "w1").Set("pads", 1, 1, 1, 1).Node("Tanh", "t", "a")
            .Node("Conv", "b", "t", "w2").SetOne("group", 8).Set("pads", 1, 1, 1, 1).Node("Relu", "r", "b").Node("Conv", "c", "r", "w3")
            .Node("GlobalAveragePool", "p", "c").Node("Flatten", "f", "p").Node("Gemm", "y", "f", "w4", "b4").SetOne("transB", 1).Model();
        var quantized = Quantize(model);
        var types = Optimized(quantized);

        Assert.Empty(types.Intersect(["Conv", "Gemm", "Relu", "GlobalAveragePool"]));
        Assert.Single(types, "Tanh");
        Assert.InRange(Decibel(model, quantized), 25, 60);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("a")]
    public void What_is_kept_stays_float_and_gains_in_exactness(string keep)
    {
        var model = TwoLayers();
        model.Graph.Node[0].Name = "first";
        var kept = Quantize(model, new QuantizationOptions { Keep = [keep] });
        var both = Quantize(model);

        Assert.Equal((1, 2), GraphCost.IntegerLayers(kept));
        Assert.Equal((2, 2), GraphCost.IntegerLayers(both));
        Assert.True(Decibel(model, kept) > Decibel(model, both));
    }

    [Fact]
    public void One_step_for_each_output_loses_less_than_one_for_all_where_outputs_differ_in_size()
    {
        var model = TwoLayers();
        var weights = Tensors.Floats(model.Graph.Initializer[0]);
        for (var i = 0; i < weights.Length; i++)
            weights[i] *= i / 12 % 2 == 0 ? 1 : 0.01f;
        model.Graph.Initializer[0] = Tensors.Of("w1", weights, 16, 4, 3);

        var perChannel = Decibel(model, Quantize(model));
        var perTensor = Decibel(model, Quantize(model, new QuantizationOptions { PerChannel = false }));
        Assert.True(perChannel > perTensor + 1, $"{perChannel} and {perTensor} dB");
    }

    [Theory]
    [InlineData(RangeMethod.MinMax)]
    [InlineData(RangeMethod.Percentile)]
    [InlineData(RangeMethod.Mse)]
    public void Every_way_to_choose_ranges_keeps_the_signal(object method) =>
        Assert.InRange(Decibel(TwoLayers(), Quantize(TwoLayers(), new QuantizationOptions { Ranges = (RangeMethod)method })), 25, 60);

    [Theory]
    [InlineData(11, 13)]
    [InlineData(12, 13)]
    [InlineData(13, 13)]
    [InlineData(21, 21)]
    public void Every_accepted_opset_is_quantized(int opset, int expected)
    {
        var quantized = Quantize(TwoLayers(opset));

        Assert.Equal(expected, ModelCheck.Opset(quantized));
        Assert.InRange(Decibel(TwoLayers(opset), quantized), 25, 60);
    }

    [Fact]
    public void A_bias_over_weights_of_nearly_nothing_survives()
    {
        var model = TwoLayers();
        model.Graph.Initializer[0] = Tensors.Of("w1", [.. Enumerable.Repeat(1e-12f, 16 * 4 * 3)], 16, 4, 3);

        Assert.InRange(Decibel(model, Quantize(model)), 25, 200);
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes() => Assert.Equal(Quantize(TwoLayers()), Quantize(TwoLayers()));

    [Fact]
    public void A_name_to_keep_that_is_unknown_is_told_with_the_layers_there_are()
    {
        var error = Assert.Throws<ModelingException>(() => Quantize(TwoLayers(), new QuantizationOptions { Keep = ["Conv_9"] }));

        Assert.Contains("\"Conv_9\" is no node", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"a\", \"y\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_layers_is_refused()
    {
        var error = Assert.Throws<ModelingException>(() => Quantize(new GraphMaker(4, 16).Node("Relu", "y", "x").Model()));

        Assert.Contains("nothing to quantize", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_told_by_name()
    {
        var model = new GraphMaker(4, 16).Weights("w1", 4, 4, 1).Node("Log", "log", "x").Node("Conv", "y", "log", "w1").Model();

        Assert.Contains("\"log\" becomes", Assert.Throws<ModelingException>(() => Quantize(model)).Message, StringComparison.Ordinal);
    }

    private static ModelProto TwoLayers(int opset = 13) =>
        new GraphMaker(4, 16).Weights("w1", 16, 4, 3).Weights("b1", 16).Weights("w2", 4, 16, 3)
        .Node("Conv", "a", "x", "w1", "b1").Set("pads", 1, 1).Node("Relu", "r", "a")
        .Node("Conv", "y", "r", "w2").Set("pads", 1, 1).Model(opset);

    private ModelProto Quantize(ModelProto model, QuantizationOptions? options = null) =>
        new ModelQuantizer(ModelCleaner.Clean(model, "m.onnx"), _windows, options ?? new QuantizationOptions()).Write();

    private double Decibel(ModelProto model, ModelProto quantized) =>
        LossMeter.Decibel(Some.Run(model, _windows, "y"), Some.Run(quantized, _windows, "y"));

    private static string[] Optimized(ModelProto model)
    {
        using var folder = new TempFolder();
        new GraphSession(model, folder.Place("optimized.onnx")).Dispose();
        return [.. OnnxFile.Read(folder.Place("optimized.onnx")).Graph.Node.Select(n => n.OpType)];
    }
}
