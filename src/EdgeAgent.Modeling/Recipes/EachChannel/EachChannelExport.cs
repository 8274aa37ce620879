using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.EachChannel;

/// <summary>Writes a network that judges one channel as a graph that judges all by it: the worst channel's logit is the output.</summary>
internal static class EachChannelExport
{
    private const string Standardised = "standardised", Rows = "rows_of_channels", Logits = "logits_of_channels";

    /// <param name="network">One channel's statistics in, its logit out.</param>
    /// <param name="standardisation">Of each statistic of each channel, feature-major as a device gives them.</param>
    public static ModelProto ToOnnx(Network network, Standardisation standardisation)
    {
        var statistics = network.Layers[0].Inputs;
        var channels = standardisation.Mean.Length / statistics;
        var model = NetworkExport.ToOnnx(network, standardisation);
        var graph = model.Graph;
        graph.Name = "each_channel";
        graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = standardisation.Mean.Length;
        foreach (var tensor in graph.Initializer.Where(t => t.Name is NetworkExport.FeatureMean or NetworkExport.FeatureScale))
            tensor.Dims[0] = standardisation.Mean.Length;
        graph.Initializer.Add(Tensors.Of("shape_apart", [-1L, statistics, channels], 3));
        graph.Initializer.Add(Tensors.Of("shape_rows", [-1L, statistics], 2));
        graph.Initializer.Add(Tensors.Of("shape_windows", [-1L, channels], 2));
        var first = graph.Node.First(n => n.OpType == "Gemm");
        var at = graph.Node.IndexOf(first);
        first.Input[0] = Rows;
        graph.Node.Insert(at, Nodes.Of("Reshape", "statistics_apart", Standardised, "shape_apart"));
        graph.Node.Insert(at + 1, Nodes.Of("Transpose", "channels_apart", "statistics_apart").With("perm", [0L, 2, 1]));
        graph.Node.Insert(at + 2, Nodes.Of("Reshape", Rows, "channels_apart", "shape_rows"));
        var last = graph.Node[^1];
        (last.Name, last.Output[0]) = (Logits, Logits);
        graph.Node.Add(Nodes.Of("Reshape", "logits_of_windows", Logits, "shape_windows"));
        graph.Node.Add(Nodes.Of("ReduceMax", NetworkExport.Output, "logits_of_windows").With("axes", [1L]).With("keepdims", 1));
        return model;
    }
}
