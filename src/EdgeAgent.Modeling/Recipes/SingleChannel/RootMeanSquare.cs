using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The graph of the single-channel model: how far all features together are from normal. It has nothing to learn.</summary>
/// <remarks>
/// The squares are added column by column. A reduction over the columns would be shorter, but the runtime adds a row in an order that
/// depends on where it lies in the batch, and the last bit of a score must not depend on what else was judged with it.
/// </remarks>
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
                new NodeProto { Name = "columns", OpType = "Split", Input = { "squares" }, Output = { Columns(width) } }.With("axis", 1),
                Nodes.Of("Mean", "mean", Columns(width)),
                Nodes.Of("Sqrt", Output, "mean"),
            },
        },
    };

    private static string[] Columns(int width) => [.. Enumerable.Range(0, width).Select(c => $"square{c}")];
}
