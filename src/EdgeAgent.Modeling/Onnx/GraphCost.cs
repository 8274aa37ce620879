namespace EdgeAgent.Modeling.Onnx;

/// <summary>How much of a model runs in integers, as its file says; a runtime may do less.</summary>
internal static class GraphCost
{
    private static readonly string[] Heavy = ["Conv", "ConvTranspose", "Gemm", "MatMul"];
    private static readonly string[] Integers = ["QLinearConv", "QLinearMatMul", "QGemm", "MatMulInteger", "ConvInteger"];

    /// <summary>Of the layers with weights, how many read dequantized values on all inputs.</summary>
    public static (int Integer, int All) IntegerLayers(ModelProto model)
    {
        var index = new GraphIndex(model.Graph);
        var layers = model.Graph.Node.Where(n => Heavy.Contains(n.OpType)).ToArray();
        var integers = model.Graph.Node.Count(n => Integers.Contains(n.OpType));
        var wrapped = layers.Count(n => n.Input.Where(i => i.Length > 0).All(i => index.Producer(i) is { OpType: "DequantizeLinear" }));
        return (wrapped + integers, layers.Length + integers);
    }

    /// <summary>Of the numbers in layers' weights, the share that is stored in 8 bits.</summary>
    public static double IntegerShare(ModelProto model)
    {
        var numbers = model.Graph.Initializer
            .Where(t => t.DataType is Tensors.Float32 or Tensors.Int8 or Tensors.UInt8 && t.Dims.Count >= 2)
            .ToArray();
        var all = numbers.Sum(Tensors.Count);
        return all == 0 ? 0 : (double)numbers.Where(t => t.DataType != Tensors.Float32).Sum(Tensors.Count) / all;
    }
}
