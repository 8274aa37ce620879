using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Tests.Cleaning;

/// <summary>Whatever cleaning takes away, the numbers stay.</summary>
public class ModelCleanerTests
{
    private readonly WindowSet _rows = new(Some.Floats(16 * 24), [3, 8]);

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void A_batch_normalization_merges_into_the_convolution_before_it_even_if_that_shares_its_weights(int opset)
    {
        var clean = Clean(new GraphMaker(3, 8).Weights("w", 5, 3, 3).Weights("scale", 5).Weights("shift", 5).Weights("mean", 5)
            .Floats("variance", [1, 2, 0.5f, 1, 3], 5)
            .Node("Conv", "a", "x", "w").Node("BatchNormalization", "b", "a", "scale", "shift", "mean", "variance")
            .Node("Conv", "c", "x", "w").Node("Add", "y", "b", "c").Model(opset));

        Assert.Equal(["Conv", "Conv", "Add"], clean);
    }

    [Fact]
    public void A_batch_normalization_whose_input_is_read_elsewhere_stays()
    {
        var clean = Clean(new GraphMaker(3, 8).Weights("w", 3, 3, 1).Weights("scale", 3)
            .Weights("shift", 3).Weights("mean", 3).Floats("variance", [1, 2, 3], 3)
            .Node("Conv", "a", "x", "w").Node("BatchNormalization", "b", "a", "scale", "shift", "mean", "variance")
            .Node("Add", "y", "a", "b").Model());

        Assert.Equal(["Conv", "BatchNormalization", "Add"], clean);
    }

    [Fact]
    public void No_ops_go_also_at_the_models_ends()
    {
        var clean = Clean(new GraphMaker(3, 8).Node("Identity", "a", "x").Node("Relu", "b", "a")
            .Node("Dropout", "c", "b").Node("Identity", "y", "c").Model());

        Assert.Equal(["Relu"], clean);
    }

    [Fact]
    public void A_shape_chain_over_known_axes_becomes_a_constant()
    {
        var maker = new GraphMaker(3, 8).Weights("w", 8, 24).Longs("axes", 0).Longs("minus", -1).Longs("second", 1)
            .Node("MatMul", "flat", "w", "wide").Node("Shape", "shape", "flat")
            .Node("Gather", "width", "shape", "second").Node("Concat", "target", "minus", "width");
        maker.SetOne("axis", 0).Weights("wide", 24, 24).Node("Reshape", "y", "x", "target");

        Assert.Equal(["Reshape"], Clean(maker.Model()));
    }

    [Fact]
    public void Opset_11_is_lifted_where_axes_became_inputs()
    {
        var model = new GraphMaker(3, 8).Node("Unsqueeze", "a", "x").Set("axes", 1).Node("Squeeze", "b", "a").Set("axes", 1)
            .Node("Split", "c", "b").SetOne("axis", 2).Set("split", 3, 5);
        Assert.Equal(["Unsqueeze", "Squeeze", "Split", "Concat", "ReduceSum", "Softmax"], Clean(Then(model)));

        static ModelProto Then(GraphMaker maker)
        {
            maker.Node("Concat", "e", "c", "d").SetOne("axis", 2).Node("ReduceSum", "f", "e")
                .Set("axes", 2).Node("Softmax", "y", "f").SetOne("axis", 2);
            var model = maker.Model(11);
            model.Graph.Node.First(n => n.OpType == "Split").Output.Add("d");
            return model;
        }
    }

    [Fact]
    public void A_softmax_that_changed_its_meaning_is_refused()
    {
        var model = new GraphMaker(3, 8).Node("Softmax", "y", "x").SetOne("axis", 1).Model(11);

        var error = Assert.Throws<ModelingException>(() => ModelCleaner.Clean(model, "m.onnx"));
        Assert.Contains("Softmax over axis 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Factors_of_a_gemm_move_into_its_constants(int transB)
    {
        var maker = new GraphMaker(3, 8).Longs("flat", -1, 24).Weights("w", transB == 0 ? [24, 5] : [5, 24]).Weights("b", 1, 5)
            .Node("Reshape", "a", "x", "flat").Node("Gemm", "y", "a", "w", "b")
            .SetOne("transB", transB).SetFloat("alpha", 0.5f).SetFloat("beta", 3);
        var model = maker.Model();
        var gemm = ModelCleaner.Clean(model, "m.onnx").Graph.Node.Last();

        Assert.Equal(["Reshape", "Gemm"], Clean(model));
        Assert.Equal(["transB"], gemm.Attribute.Select(a => a.Name));
    }

    [Theory]
    [InlineData(4, 2, 1, 1, 0)]
    [InlineData(3, 2, 1, 1, 1)]
    [InlineData(3, 2, 0, 0, 0)]
    [InlineData(2, 2, 0, 0, 0)]
    [InlineData(5, 3, 2, 1, 1)]
    [InlineData(5, 1, 2, 2, 0)]
    public void A_transposed_convolution_becomes_a_convolution_and_an_interleaving(
        int kernel, int stride, int padStart, int padEnd, int outputPadding)
    {
        var model = new GraphMaker(3, 8).Weights("w", 3, 4, kernel).Weights("b", 4)
            .Node("ConvTranspose", "a", "x", "w", "b").Set("kernel_shape", kernel)
            .Set("strides", stride).Set("pads", padStart, padEnd).Set("output_padding", outputPadding)
            .Node("Relu", "y", "a").Model();
        var rewritten = ModelCleaner.Clean(model, "m.onnx");
        SubpixelConv.Rewrite(rewritten.Graph, _ => false);

        Assert.DoesNotContain("ConvTranspose", rewritten.Graph.Node.Select(n => n.OpType));
        Same(model, rewritten);
    }

    /// <summary>The operators left, after a check that they compute what the model did.</summary>
    private string[] Clean(ModelProto model)
    {
        var clean = ModelCleaner.Clean(model, "m.onnx");
        Same(model, clean);
        return [.. clean.Graph.Node.Select(n => n.OpType)];
    }

    private void Same(ModelProto before, ModelProto after)
    {
        var (expected, actual) = (Some.Run(before, _rows, "y"), Some.Run(after, _rows, "y"));
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }
}
