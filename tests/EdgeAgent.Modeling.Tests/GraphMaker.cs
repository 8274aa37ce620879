using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Tests;

/// <summary>Builds graphs as exporters write them: input "x" with an open batch axis, output "y".</summary>
internal sealed class GraphMaker
{
    private readonly GraphProto _graph = new() { Name = "made" };
    private ulong _seed = 21;

    public GraphMaker(params long[] shape) => _graph.Input.Add(Value("x", shape));

    public GraphMaker Node(string type, string output, params string[] inputs)
    {
        _graph.Node.Add(Nodes.Of(type, output, inputs));
        return this;
    }

    /// <summary>Gives the last node whole numbers as attribute.</summary>
    public GraphMaker Set(string attribute, params long[] values)
    {
        _graph.Node[^1].With(attribute, values);
        return this;
    }

    public GraphMaker SetOne(string attribute, long value)
    {
        _graph.Node[^1].With(attribute, value);
        return this;
    }

    public GraphMaker SetFloat(string attribute, float value)
    {
        _graph.Node[^1].Attribute.Add(new AttributeProto { Name = attribute, F = value, Type = 1 });
        return this;
    }

    public GraphMaker SetText(string attribute, string value)
    {
        _graph.Node[^1].Attribute.Add(new AttributeProto { Name = attribute, S = ByteString.CopyFromUtf8(value), Type = 3 });
        return this;
    }

    /// <summary>A constant of normal numbers, small enough that layers in a row neither vanish nor explode.</summary>
    public GraphMaker Weights(string name, params long[] shape)
    {
        var random = new SplittableRandom(_seed++);
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        var spread = shape.Length < 2 ? 0.3 : Math.Sqrt(2.0 / (count / (double)shape[0]));
        return Floats(name, [.. Enumerable.Range(0, count).Select(_ => (float)(random.Normal() * spread))], shape);
    }

    public GraphMaker Floats(string name, float[] values, params long[] shape)
    {
        _graph.Initializer.Add(Tensors.Of(name, values, shape));
        return this;
    }

    public GraphMaker Longs(string name, params long[] values)
    {
        _graph.Initializer.Add(Tensors.Of(name, values, values.Length));
        return this;
    }

    public ModelProto Model(int opset = 13, params long[] outputShape)
    {
        _graph.Output.Add(outputShape.Length > 0 ? Value("y", outputShape) : new ValueInfoProto { Name = "y" });
        return new ModelProto { IrVersion = 7, Graph = _graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
    }

    private static ValueInfoProto Value(string name, long[] shape)
    {
        var dims = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        dims.Dim.AddRange(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name, Type = new TypeProto
            {
                TensorType = new TypeProto.Types.TensorTypeProto { ElemType = Tensors.Float32, Shape = dims },
            },
        };
    }
}
