using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Cleaning;

/// <summary>Moves the factors alpha and beta of a Gemm into its constants, and gives its bias the shape [outputs].</summary>
internal static class GemmForm
{
    public static void Simplify(GraphProto graph)
    {
        foreach (var gemm in graph.Node.Where(n => n.OpType == "Gemm"))
        {
            var index = new GraphIndex(graph);
            if (index.Constant(gemm.Input[1]) is not { Dims.Count: 2 } weights)
                continue;
            Scale(graph, gemm, 1, "alpha", weights, [.. weights.Dims]);
            if (gemm.Input.Count > 2
                && index.Constant(gemm.Input[2]) is { } bias
                && Tensors.Count(bias) == weights.Dims[gemm.Integer("transB", 0) == 0 ? 1 : 0])
                Scale(graph, gemm, 2, "beta", bias, Tensors.Count(bias));
        }
    }

    private static void Scale(GraphProto graph, NodeProto gemm, int input, string attribute, TensorProto constant, params long[] shape)
    {
        var factor = gemm.Float(attribute, 1);
        if (factor != 1 || !constant.Dims.SequenceEqual(shape))
        {
            gemm.Input[input] = $"{gemm.Name}_{(input == 1 ? "weights" : "bias")}";
            graph.Initializer.Add(Tensors.Of(gemm.Input[input], [.. Tensors.Floats(constant).Select(v => v * factor)], shape));
        }
        gemm.Without(attribute);
    }
}
