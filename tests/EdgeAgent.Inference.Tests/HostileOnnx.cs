using System.Runtime.InteropServices;

namespace EdgeAgent.TestData;

/// <summary>ONNX files that fit a manifest of one channel, and do what no model should.</summary>
internal static class HostileOnnx
{
    private const int Float = 1, Int64 = 7, Bool = 9;

    /// <summary>Runs as good as for ever, whatever it is given.</summary>
    public static byte[] Endless() => Loop([], "limit");

    /// <summary>Its output is its input; above 100 it needs as good as for ever for that.</summary>
    public static byte[] EndlessAbove100() => Loop(
    [
        Node("ReduceMax", ["input"], ["most"], Ints("axes", 0, 1), Number("keepdims", 0)),
        Node("Sub", ["most", "hundred"], ["above"]),
        Node("Relu", ["above"], ["positive"]),
        Node("Mul", ["positive", "many"], ["rounds"]),
        Node("Cast", ["rounds"], ["count"], Number("to", Int64)),
    ], "count");

    /// <summary>Asks for a tensor of so many numbers.</summary>
    public static byte[] Greedy(long values) => Graph(
        [
            Node("ConstantOfShape", ["shape"], ["huge"]),
            Node("ReduceMax", ["huge"], ["most"], Number("keepdims", 0)),
            Node("Add", ["input", "most"], ["output"]),
        ],
        [Tensor("shape", Int64, [1], MemoryMarshal.AsBytes<long>([values]))]);

    /// <summary>What it says of a window depends on the others in the run.</summary>
    public static byte[] Mixing() => Graph(
        [Node("ReduceMean", ["input"], ["mean"], Ints("axes", 0)), Node("Sub", ["input", "mean"], ["output"])], []);

    /// <summary>Takes one window at a time, although its batch axis is open.</summary>
    public static byte[] OneAtATime(int channels = 1) => Graph(
        [Node("ReduceMax", ["input"], ["most"], Ints("axes", 1)), Node("Reshape", ["most", "shape"], ["output"])],
        [Tensor("shape", Int64, [2], MemoryMarshal.AsBytes<long>([1, 1]))], channels: channels);

    /// <summary>Every run of it fails.</summary>
    public static byte[] Failing() => Graph(
        [Node("Gather", ["input", "nowhere"], ["output"], Number("axis", 0))],
        [Tensor("nowhere", Int64, [1], MemoryMarshal.AsBytes<long>([1_000_000]))]);

    /// <summary>Its output is of whole numbers.</summary>
    public static byte[] OfIntegers() => Graph(
        [Node("Cast", ["input"], ["output"], Number("to", Int64))], [], Value("output", Int64));

    /// <summary>Its output is no tensor but a sequence of them.</summary>
    public static byte[] OfSequences() => Graph(
        [Node("SequenceConstruct", ["input"], ["output"])], [],
        new Proto().Text(1, "output").Message(2, new Proto().Message(4, new Proto().Message(1, Type(Float)))));

    /// <summary>output = w · input, where w lies in a file beside it.</summary>
    public static byte[] WithSecondFile(string location) => Graph(
        [Node("MatMul", ["input", "w"], ["output"])],
        [
            new Proto().Number(1, 1).Number(1, 1).Number(2, Float).Text(8, "w")
                .Message(13, new Proto().Text(1, "location").Text(2, location)).Number(14, 1),
        ]);

    private static byte[] Loop(Proto[] before, string count)
    {
        var body = new Proto()
            .Message(1, Node("Identity", ["on"], ["on_next"])).Message(1, Node("Abs", ["v"], ["v_next"])).Text(2, "body")
            .Message(11, Scalar("i", Int64)).Message(11, Scalar("on", Bool)).Message(11, Value("v", Float))
            .Message(12, Scalar("on_next", Bool)).Message(12, Value("v_next", Float));
        return Graph(
            [.. before, Node("Loop", [count, "yes", "input"], ["output"], new Proto().Text(1, "body").Message(6, body).Number(20, 5))],
            [
                Tensor("limit", Int64, [], MemoryMarshal.AsBytes<long>([long.MaxValue / 2])),
                Tensor("yes", Bool, [], [1]),
                Tensor("hundred", Float, [], MemoryMarshal.AsBytes<float>([100])),
                Tensor("many", Float, [], MemoryMarshal.AsBytes<float>([1e15f])),
            ]);
    }

    private static byte[] Graph(Proto[] nodes, Proto[] tensors, Proto? output = null, int channels = 1)
    {
        var graph = new Proto().Text(2, "hostile");
        foreach (var node in nodes) graph.Message(1, node);
        foreach (var tensor in tensors) graph.Message(5, tensor);
        graph.Message(11, Value("input", Float, channels)).Message(12, output ?? Value("output", Float));
        return new Proto().Number(1, 8).Message(7, graph).Message(8, new Proto().Number(2, 13)).ToArray();
    }

    private static Proto Node(string op, string[] inputs, string[] outputs, params Proto[] attributes)
    {
        var node = new Proto();
        foreach (var input in inputs) node.Text(1, input);
        foreach (var output in outputs) node.Text(2, output);
        node.Text(4, op);
        foreach (var attribute in attributes) node.Message(5, attribute);
        return node;
    }

    private static Proto Number(string name, long value) => new Proto().Text(1, name).Number(3, value).Number(20, 2);

    private static Proto Ints(string name, params long[] values)
    {
        var attribute = new Proto().Text(1, name);
        foreach (var value in values) attribute.Number(8, value);
        return attribute.Number(20, 7);
    }

    private static Proto Tensor(string name, int type, long[] shape, ReadOnlySpan<byte> content)
    {
        var tensor = new Proto();
        foreach (var dimension in shape) tensor.Number(1, dimension);
        return tensor.Number(2, type).Text(8, name).Bytes(9, content.ToArray());
    }

    /// <summary>[batch, channels].</summary>
    private static Proto Value(string name, int type, int channels = 1) => new Proto().Text(1, name).Message(2, Type(type, channels));

    private static Proto Type(int type, int channels = 1) => new Proto().Message(1, new Proto().Number(1, type).Message(2,
        new Proto().Message(1, new Proto().Text(2, "batch")).Message(1, new Proto().Number(1, channels))));

    private static Proto Scalar(string name, int type) =>
        new Proto().Text(1, name).Message(2, new Proto().Message(1, new Proto().Number(1, type).Message(2, new Proto())));
}
