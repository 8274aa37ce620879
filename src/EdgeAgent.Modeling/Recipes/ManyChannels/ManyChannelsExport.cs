using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>
/// The graph of the many-channels model: how far the features of each channel are from normal, and of these the farthest. It has nothing to
/// learn, and leaves open how many channels there are.
/// </summary>
/// <remarks>
/// A channel that is as it was adds nothing to the highest of all, and takes nothing from it: neither do constants, bits and doubles of
/// others. A sum would be diluted or raised by each. Squares are added feature by feature, so that the order never depends on the batch.
/// </remarks>
internal static class ManyChannelsExport
{
    public const string Input = "features", Output = "distance";
    private const int Opset = 17, FileVersion = 8;
    private const string Apart = "features_apart", Shape = "shape_apart";

    /// <summary>Input [batch, <paramref name="features"/> · channels], output [batch, 1], batch and channels left open.</summary>
    public static ModelProto Graph(int features)
    {
        var input = NetworkExport.Value(Input, features);
        input.Type.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimParam = "features_of_channels" };
        return new ModelProto
        {
            IrVersion = FileVersion,
            ProducerName = "edgeagent-model",
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
            Graph = new GraphProto
            {
                Name = "farthest-channel",
                Input = { input },
                Output = { NetworkExport.Value(Output, 1) },
                // The batch stays as it is, and what is left are the channels.
                Initializer = { Tensors.Of(Shape, [0L, features, -1], 3) },
                Node =
                {
                    Nodes.Of("Reshape", Apart, Input, Shape),
                    Nodes.Of("Mul", "squares", Apart, Apart),
                    new NodeProto { Name = "rows", OpType = "Split", Input = { "squares" }, Output = { Rows(features) } }.With("axis", 1),
                    Nodes.Of("Mean", "mean_of_channels", Rows(features)),
                    Nodes.Of("ReduceMax", "highest", "mean_of_channels").With("axes", [2L]).With("keepdims", 0),
                    Nodes.Of("Sqrt", Output, "highest"),
                },
            },
        };
    }

    private static string[] Rows(int features) => [.. Enumerable.Range(0, features).Select(f => $"square{f}")];
}
