using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Quantization;

public class StaticQuantizerTests
{
    private readonly float[] _features = Some.Floats(512 * 40);

    [Fact]
    public void One_layer_errs_no_more_than_half_a_step_of_each_factor_allows()
    {
        var network = Some.Network([8, 1]);
        // Kept inside the measured range, where nothing saturates.
        float[] x = [.. Some.Floats(256 * 8).Select(v => Math.Clamp(v, -2, 2))];
        var model = NetworkExport.ToOnnx(network, new Standardisation(new float[8], [.. Enumerable.Repeat(1f, 8)]));

        var quantized = Quantize(model, x);

        var inputStep = 4f / 255;
        var weights = network.Layers[0].Weights;
        var weightStep = weights.Max(MathF.Abs) / 64;
        var bound = weights.Sum(w => MathF.Abs(w) * inputStep / 2) + 8 * (2 + inputStep) * weightStep / 2 + inputStep * weightStep;
        Assert.All(Some.Run(model, x).Zip(Some.Run(quantized, x)), p => Assert.InRange(MathF.Abs(p.First - p.Second), 0, bound));
    }

    [Fact]
    public void A_deep_network_stays_within_a_few_percent_of_its_range()
    {
        var model = Deep();
        var expected = Some.Run(model, _features);
        var actual = Some.Run(Quantize(model, _features), _features);

        var range = expected.Max() - expected.Min();
        Assert.True(expected.Zip(actual).Average(p => MathF.Abs(p.First - p.Second)) < 0.01 * range);
        Assert.True(expected.Zip(actual).Max(p => MathF.Abs(p.First - p.Second)) < 0.06 * range);
    }

    [Fact]
    public void The_runtime_fuses_all_layers_to_integer_kernels_and_drops_the_relus()
    {
        using var folder = new TempFolder();
        new GraphSession(Quantize(Deep(), _features), folder.Place("optimized.onnx")).Dispose();

        var types = OnnxFile.Read(folder.Place("optimized.onnx")).Graph.Node.Select(n => n.OpType).ToArray();
        Assert.Equal(3, types.Count(t => t == "QGemm"));
        Assert.DoesNotContain("Relu", types);
        Assert.DoesNotContain("Gemm", types);
    }

    [Fact]
    public void The_batch_axis_stays_open()
    {
        var quantized = Quantize(Deep(), _features);

        Assert.Single(Some.Run(quantized, _features[..40]));
        Assert.Equal("batch", quantized.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
    }

    [Fact]
    public void Real_zero_is_met_exactly()
    {
        var scale = AffineScale.Cover(-1.3f, 4.1f);

        Assert.InRange(scale.Zero, 1, 254);
        Assert.Equal(new AffineScale(1, 0), AffineScale.Cover(0, 0));
    }

    private static ModelProto Quantize(ModelProto model, float[] rows) =>
        new StaticQuantizer(ActivationRanges.Measure(model, rows)).Quantize(model);

    private ModelProto Deep() => NetworkExport.ToOnnx(Some.Network([40, 48, 24, 1]), Standardisation.Of(_features, 40));
}
