using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>Which operators ONNX Runtime computes in integers on a CPU, and under which conditions.</summary>
/// <remarks>
/// As its transformer for QuantizeLinear/DequantizeLinear selects them: Conv, MatMul and Gemm become QLinearConv,
/// QLinearMatMul (or MatMulIntegerToFloat) and QGemm; a few cheap operators have integer forms; others that only move
/// numbers run on bytes as they are. There is no integer ConvTranspose or Tanh.
/// </remarks>
internal static class Operators
{
    // Integer forms with a scale of their own for input and output.
    private static readonly string[] Rescaling = ["Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid"];
    private static readonly string[] Moving =
    [
        "MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Slice", "Gather", "Expand", "Tile", "Resize",
    ];

    /// <summary>Whether a node multiplies with weights in a form that has an integer kernel.</summary>
    public static bool IsHeavy(NodeProto node, GraphIndex index, GraphTypes types) =>
        types.IsFloat(node.Input[0]) && index.Constant(node.Input[0]) is null && node.OpType switch
        {
            "Conv" => Weights(node, index) is { Dims.Count: >= 3 } && HasPlainBias(node, index),
            "Gemm" => Weights(node, index) is { Dims.Count: 2 } && node.Integer("transA", 0) == 0 && HasPlainBias(node, index),
            "MatMul" => Weights(node, index) is { Dims.Count: >= 2 }
                || index.Constant(node.Input[1]) is null && types.IsFloat(node.Input[1]),
            _ => false,
        };

    /// <summary>Whether a node may run in integers between heavy ones.</summary>
    public static bool IsLight(NodeProto node, GraphIndex index, GraphTypes types) =>
        types.IsFloat(node.Output[0]) && node.Output.Count == 1 && node.OpType switch
        {
            "Add" or "Mul" or "Concat" => node.Input.All(i => index.Constant(i) is null),
            "Resize" => node.Attribute.All(a => a.Name != "mode" || a.S.ToStringUtf8() == "nearest"),
            _ => Rescaling.Contains(node.OpType) || Moves(node),
        };

    /// <summary>Whether a node hands numbers on without computing, so that its output keeps the scale of its input.</summary>
    public static bool Moves(NodeProto node) => Moving.Contains(node.OpType);

    /// <summary>The inputs that carry windows, not constants, shapes or indices.</summary>
    public static IEnumerable<string> Activations(NodeProto node, GraphIndex index)
    {
        var inputs = Moves(node) || node.OpType is "Conv" or "Gemm" ? node.Input.Take(1) : node.Input;
        return inputs.Where(i => index.Constant(i) is null);
    }

    /// <summary>A node's constant weights, or null.</summary>
    public static TensorProto? Weights(NodeProto node, GraphIndex index) =>
        index.Constant(node.Input[1]) is { DataType: Tensors.Float32 } weights ? weights : null;

    /// <summary>The axis of the weights that counts outputs; null where one step must do for all.</summary>
    public static int? OutputAxis(NodeProto node, TensorProto weights) => node.OpType switch
    {
        "Conv" => 0,
        "Gemm" => node.Integer("transB", 0) == 0 ? 1 : 0,
        _ => weights.Dims.Count == 2 ? 1 : null,
    };

    private static bool HasPlainBias(NodeProto node, GraphIndex index) =>
        node.Input.Count < 3
        || node.Input[2].Length == 0
        || index.Constant(node.Input[2]) is { Dims.Count: 1 } && node.Float("beta", 1) == 1 && node.Float("alpha", 1) == 1;
}
