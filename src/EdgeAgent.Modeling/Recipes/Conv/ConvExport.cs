using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>Writes a trained autoencoder as an ONNX graph: Conv, Relu, and for phases the moves that make them readings.</summary>
internal static class ConvExport
{
    public const string Input = "window", Output = "reconstruction";
    private const int Opset = 17, FileVersion = 8;

    /// <summary>Input and output [batch, length, channels], batch left open.</summary>
    public static ModelProto ToOnnx(ConvAutoencoder network)
    {
        var graph = new GraphProto
        {
            Name = "conv-autoencoder",
            Input = { Window(Input, network) },
            Output = { Window(Output, network) },
            Node = { ChannelsAndTime("channels_first", Input) },
        };
        var value = "channels_first";
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

    private static string Add(GraphProto graph, ConvLayer layer, int number, string value, bool isLast)
    {
        var shape = layer.Shape;
        graph.Initializer.Add(Tensors.Of($"weights_{number}", ChannelsFirst(layer), shape.Outputs, shape.Inputs, shape.Kernel));
        graph.Initializer.Add(Tensors.Of($"bias_{number}", layer.Bias, shape.Outputs));
        graph.Node.Add(Nodes.Of("Conv", $"conv_{number}", value, $"weights_{number}", $"bias_{number}")
            .With("kernel_shape", [shape.Kernel]).With("strides", [shape.Stride]).With("pads", [shape.Pad, shape.Pad]));
        value = $"conv_{number}";
        if (shape.Rectified)
        {
            graph.Node.Add(Nodes.Of("Relu", $"hidden_{number}", value));
            value = $"hidden_{number}";
        }
        if (shape.Phases == 1 && !isLast)
            return value;
        // Time first, phases are readings; 0 leaves the batch open.
        graph.Initializer.Add(Tensors.Of($"readings_{number}", [0L, layer.OutputLength * shape.Phases, shape.Outputs / shape.Phases], 3));
        graph.Node.Add(ChannelsAndTime($"turned_{number}", value));
        graph.Node.Add(Nodes.Of("Reshape", isLast ? Output : $"longer_{number}", $"turned_{number}", $"readings_{number}"));
        if (isLast)
            return Output;
        graph.Node.Add(ChannelsAndTime($"wide_{number}", $"longer_{number}"));
        return $"wide_{number}";
    }

    private static NodeProto ChannelsAndTime(string output, string input) => Nodes.Of("Transpose", output, input).With("perm", [0, 2, 1]);

    /// <summary>[outputs, inputs, kernel] from [kernel · inputs, outputs].</summary>
    private static float[] ChannelsFirst(ConvLayer layer)
    {
        var (inputs, outputs, kernel) = (layer.Shape.Inputs, layer.Shape.Outputs, layer.Shape.Kernel);
        var weights = new float[layer.Weights.Length];
        for (var o = 0; o < outputs; o++)
            for (var i = 0; i < inputs; i++)
                for (var k = 0; k < kernel; k++)
                    weights[(o * inputs + i) * kernel + k] = layer.Weights[(k * inputs + i) * outputs + o];
        return weights;
    }

    private static ValueInfoProto Window(string name, ConvAutoencoder network) => new()
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
                        new TensorShapeProto.Types.Dimension { DimValue = network.Length },
                        new TensorShapeProto.Types.Dimension { DimValue = network.Channels },
                    },
                },
            },
        },
    };
}
