using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>Writes the distance as an ONNX graph: standardisation, one Gemm that whitens, and the length of what it yields.</summary>
internal static class DistanceExport
{
    public const string Output = "distance";

    /// <param name="standardisation">Of the features.</param>
    /// <param name="whitening">[inputs, inputs], of what it yields.</param>
    public static ModelProto ToOnnx(Standardisation standardisation, float[] whitening)
    {
        var inputs = standardisation.Mean.Length;
        // A network of one layer has the same beginning, and one place says which opset devices are given.
        var layer = new Network([inputs, inputs], 1, new SplittableRandom(0));
        whitening.CopyTo(layer.Layers[0].Weights, 0);
        Array.Clear(layer.Layers[0].Bias);
        var model = NetworkExport.ToOnnx(layer, standardisation);
        model.Graph.Name = Output;
        var whitened = model.Graph.Node[^1];
        (whitened.Name, whitened.Output[0]) = ("whitened", "whitened");
        model.Graph.Output[0].Name = Output;
        model.Graph.Initializer.Add(Tensors.Of("all_of_a_window", [1L], 1));
        model.Graph.Node.Add(Nodes.Of("Mul", "squares", "whitened", "whitened"));
        model.Graph.Node.Add(Nodes.Of("ReduceSum", "sum_of_squares", "squares", "all_of_a_window").With("keepdims", 1));
        model.Graph.Node.Add(Nodes.Of("Sqrt", Output, "sum_of_squares"));
        return model;
    }
}
