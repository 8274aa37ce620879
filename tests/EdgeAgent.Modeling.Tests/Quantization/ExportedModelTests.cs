using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;

namespace EdgeAgent.Modeling.Tests.Quantization;

/// <summary>The whole way for a model as PyTorch exports it; <c>Fixtures/export_autoencoder.py</c> made it.</summary>
public class ExportedModelTests
{
    private const string Output = "reconstruction";

    private readonly ModelProto _exported = OnnxFile.Read(Fixture.Autoencoder);
    private readonly WindowSet _windows = Some.Windows(256, 32, 2);

    [Fact]
    public void Cleaning_leaves_only_layers_and_computes_the_same()
    {
        var clean = ModelCleaner.Clean(_exported, "autoencoder.onnx");

        var types = clean.Graph.Node.Select(n => n.OpType).ToHashSet();
        Assert.Contains("BatchNormalization", _exported.Graph.Node.Select(n => n.OpType));
        Assert.Empty(types.Intersect(["BatchNormalization", "Identity", "Dropout", "Constant"]));
        Assert.Equal(["window"], clean.Graph.Input.Select(i => i.Name));
        Same(_exported, clean, 1e-4f);
    }

    [Fact]
    public void A_transposed_convolution_is_written_as_a_convolution_that_computes_the_same()
    {
        var clean = ModelCleaner.Clean(_exported, "autoencoder.onnx");
        var rewritten = clean.Clone();
        SubpixelConv.Rewrite(rewritten.Graph, _ => false);

        Assert.Contains("ConvTranspose", clean.Graph.Node.Select(n => n.OpType));
        Assert.DoesNotContain("ConvTranspose", rewritten.Graph.Node.Select(n => n.OpType));
        Same(clean, rewritten, 1e-4f);
    }

    [Fact]
    public void The_runtime_computes_every_layer_in_integers()
    {
        using var folder = new TempFolder();
        new GraphSession(Quantize(), folder.Place("optimized.onnx")).Dispose();

        var types = OnnxFile.Read(folder.Place("optimized.onnx")).Graph.Node.Select(n => n.OpType).ToArray();
        Assert.Empty(types.Intersect(["Conv", "ConvTranspose", "Gemm", "MatMul", "Relu"]));
        Assert.Equal(4, types.Count(t => t == "QLinearConv"));
        Assert.Equal(2, types.Count(t => t == "QGemm"));
        // Between the layers nothing goes back to floats: one way in, and one out.
        Assert.Single(types, "QuantizeLinear");
        Assert.Single(types, "DequantizeLinear");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void The_batch_axis_stays_open(int batch)
    {
        var quantized = Quantize();

        Assert.Equal("batch", quantized.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal(batch * 64, Some.Run(quantized, _windows.Thin(batch), Output).Length);
    }

    private ModelProto Quantize(QuantizationOptions? options = null) =>
        new ModelQuantizer(ModelCleaner.Clean(_exported, "autoencoder.onnx"), _windows, options ?? new QuantizationOptions()).Write();

    private void Same(ModelProto a, ModelProto b, float tolerance) =>
        Assert.All(Some.Run(a, _windows, Output).Zip(Some.Run(b, _windows, Output)), p => Assert.Equal(p.First, p.Second, tolerance));
}
