using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>
/// A network of the size and form of ResNet-50 (K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015) with
/// random weights: it knows nothing, and costs what the real one costs. Batch normalisation is taken for merged, as exporters do.
/// </summary>
internal static class ResNet50
{
    public const string Input = "image", Output = "logits";
    public const int Colours = 3, Classes = 1000;
    private const int Opset = 17, FileVersion = 8, FirstWidth = 64, Expansion = 4;
    private const ulong Seed = 50;
    private static readonly int[] BlocksOfStage = [3, 4, 6, 3];

    /// <summary>Input [batch, 3, size, size], batch left open; output [batch, 1000].</summary>
    public static ModelProto Make(int size)
    {
        var writer = new Writer();
        var value = writer.Conv(Input, Colours, FirstWidth, kernel: 7, stride: 2, isRectified: true);
        value = writer.Pool(value);
        var (inputs, width) = (FirstWidth, FirstWidth);
        for (var stage = 0; stage < BlocksOfStage.Length; stage++, width *= 2)
            for (var block = 0; block < BlocksOfStage[stage]; block++)
            {
                value = writer.Bottleneck(value, inputs, width, stride: block == 0 && stage > 0 ? 2 : 1);
                inputs = width * Expansion;
            }
        writer.Classify(value, inputs);
        writer.Graph.Input.Add(Value(Input, Colours, size, size));
        writer.Graph.Output.Add(Value(Output, Classes));
        return new ModelProto
        {
            IrVersion = FileVersion, ProducerName = "edgeagent-model", Graph = writer.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
    }

    private static ValueInfoProto Value(string name, params long[] shape)
    {
        var tensor = new TypeProto.Types.TensorTypeProto { ElemType = Tensors.Float32, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        tensor.Shape.Dim.AddRange(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private sealed class Writer
    {
        private int _layers;

        public GraphProto Graph { get; } = new() { Name = "resnet50" };

        public string Conv(string input, int inputs, int outputs, int kernel, int stride, bool isRectified, float gain = 1)
        {
            var name = $"conv_{++_layers}";
            // Keeps the size of values from layer to layer.
            var spread = gain * Math.Sqrt(6.0 / (inputs * kernel * kernel));
            var weights = Random(outputs * inputs * kernel * kernel, spread);
            Graph.Initializer.Add(Tensors.Of($"{name}_w", weights, outputs, inputs, kernel, kernel));
            Graph.Initializer.Add(Tensors.Of($"{name}_b", Random(outputs, 0.01), outputs));
            long pad = kernel / 2;
            Graph.Node.Add(Nodes.Of("Conv", name, input, $"{name}_w", $"{name}_b")
                .With("kernel_shape", [kernel, kernel]).With("strides", [stride, stride]).With("pads", [pad, pad, pad, pad]));
            return isRectified ? Rectify(name) : name;
        }

        public string Pool(string input)
        {
            Graph.Node.Add(Nodes.Of("MaxPool", "pooled", input)
                .With("kernel_shape", [3L, 3L]).With("strides", [2L, 2L]).With("pads", [1L, 1L, 1L, 1L]));
            return "pooled";
        }

        public string Bottleneck(string input, int inputs, int width, int stride)
        {
            var outputs = width * Expansion;
            var narrow = Conv(input, inputs, width, kernel: 1, stride: 1, isRectified: true);
            var middle = Conv(narrow, width, width, kernel: 3, stride, isRectified: true);
            var wide = Conv(middle, width, outputs, kernel: 1, stride: 1, isRectified: false, gain: 0.3f);
            var around = inputs == outputs && stride == 1 ? input
                : Conv(input, inputs, outputs, kernel: 1, stride, isRectified: false, gain: 0.7f);
            var sum = $"sum_{_layers}";
            Graph.Node.Add(Nodes.Of("Add", sum, wide, around));
            return Rectify(sum);
        }

        public void Classify(string input, int inputs)
        {
            Graph.Node.Add(Nodes.Of("GlobalAveragePool", "averaged", input));
            Graph.Node.Add(Nodes.Of("Flatten", "features", "averaged").With("axis", 1));
            Graph.Initializer.Add(Tensors.Of("classes_w", Random(inputs * Classes, Math.Sqrt(3.0 / inputs)), inputs, Classes));
            Graph.Initializer.Add(Tensors.Of("classes_b", Random(Classes, 0.01), Classes));
            Graph.Node.Add(Nodes.Of("Gemm", Output, "features", "classes_w", "classes_b"));
        }

        private string Rectify(string input)
        {
            Graph.Node.Add(Nodes.Of("Relu", $"{input}_relu", input));
            return $"{input}_relu";
        }

        private float[] Random(int count, double spread)
        {
            var random = new SplittableRandom(Seed).Split((ulong)Graph.Initializer.Count);
            var values = new float[count];
            foreach (ref var value in values.AsSpan()) value = (float)random.Uniform(-spread, spread);
            return values;
        }
    }
}
