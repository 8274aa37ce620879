using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The graph of the single-channel model: how far all features together are from normal. It has nothing to learn.</summary>
internal static class RootMeanSquare
{
    public const string Input = "features", Output = "distance";
    private const int Opset = 17, FileVersion = 8;

    /// <summary>Input [batch, <paramref name="width"/>], output [batch, 1], batch left open.</summary>
    public static ModelProto Graph(int width) => new()
    {
        IrVersion = FileVersion,
        ProducerName = "edgeagent-model",
        OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        Graph = new GraphProto
        {
            Name = "root-mean-square",
            Input = { NetworkExport.Value(Input, width) },
            Output = { NetworkExport.Value(Output, 1) },
            Node =
            {
                Nodes.Of("Mul", "squares", Input, Input),
                Nodes.Of("ReduceMean", "mean", "squares").With("axes", [1L]).With("keepdims", 1),
                Nodes.Of("Sqrt", Output, "mean"),
            },
        },
    };
}
