using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Writes a trained network as an ONNX graph: standardisation, then Gemm and Relu in turn, then the logit.</summary>
internal static class NetworkExport
{
    public const string Input = "features", Output = "logit";
    /// <summary>Name of the constant that holds the features' means over the training set.</summary>
    public const string FeatureMean = "feature_mean";
    public const string FeatureScale = "feature_scale";
    // Opset 17 and file version 8 date from 2022: old enough for any runtime in the field, new enough for QDQ per channel.
    private const int Opset = 17, FileVersion = 8;

    /// <summary>Input <c>features</c> [batch, inputs], output <c>logit</c> [batch, 1], batch left open.</summary>
    public static ModelProto ToOnnx(Network network, Standardisation standardisation)
    {
        var inputs = network.Layers[0].Inputs;
        var graph = new GraphProto
        {
            Name = "contrast",
            Input = { Value(Input, inputs) },
            Output = { Value(Output, 1) },
            Initializer =
            {
                Tensors.Of(FeatureMean, standardisation.Mean, inputs),
                Tensors.Of(FeatureScale, standardisation.Scale, inputs),
            },
            Node = { Nodes.Of("Sub", "centred", Input, FeatureMean), Nodes.Of("Mul", "standardised", "centred", FeatureScale) },
        };
        var value = "standardised";
        for (var l = 0; l < network.Layers.Length; l++)
            value = Add(graph, network.Layers[l], l + 1, value, isLast: l == network.Layers.Length - 1);
        return new ModelProto
        {
            IrVersion = FileVersion,
            ProducerName = "edgeagent-model",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
    }

    private static string Add(GraphProto graph, DenseLayer layer, int number, string input, bool isLast)
    {
        graph.Initializer.Add(Tensors.Of($"weights_{number}", layer.Weights, layer.Inputs, layer.Outputs));
        graph.Initializer.Add(Tensors.Of($"bias_{number}", layer.Bias, layer.Outputs));
        var sum = isLast ? Output : $"sum_{number}";
        graph.Node.Add(Nodes.Of("Gemm", sum, input, $"weights_{number}", $"bias_{number}"));
        if (isLast)
            return sum;
        graph.Node.Add(Nodes.Of("Relu", $"hidden_{number}", sum));
        return $"hidden_{number}";
    }

    /// <summary>What a graph takes or gives: [batch, width], batch left open.</summary>
    internal static ValueInfoProto Value(string name, int width) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.TensorTypeProto
            {
                ElemType = Tensors.Float32,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "batch" },
                        new TensorShapeProto.Types.Dimension { DimValue = width },
                    },
                },
            },
        },
    };
}
