using System.Runtime.InteropServices;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.TestData;

/// <summary>ONNX files that fit a manifest of one channel, and do what no model should.</summary>
internal static class HostileOnnx
{
    /// <summary>Runs as good as for ever, whatever it is given.</summary>
    public static byte[] Endless() => Loop([], "limit");

    /// <summary>Its output is its input; above 100 it needs as good as for ever for that.</summary>
    public static byte[] EndlessAbove100() => Loop(
    [
        Node("ReduceMax", ["input"], ["most"], Ints("axes", 0, 1), Number("keepdims", 0)),
        Node("Sub", ["most", "hundred"], ["above"]),
        Node("Relu", ["above"], ["positive"]),
        Node("Mul", ["positive", "many"], ["rounds"]),
        Node("Cast", ["rounds"], ["count"], Number("to", OfInt64)),
    ], "count");

    /// <summary>Its output is the larger of two channels; where they differ it needs as good as for ever for that.</summary>
    public static byte[] EndlessWhereChannelsDiffer() => Loop(
    [
        Node("ReduceMax", ["input"], ["larger"], Ints("axes", 1)),
        Node("ReduceMax", ["input"], ["most"], Ints("axes", 0, 1), Number("keepdims", 0)),
        Node("ReduceMin", ["input"], ["least"], Ints("axes", 0, 1), Number("keepdims", 0)),
        Node("Sub", ["most", "least"], ["apart"]),
        Node("Mul", ["apart", "many"], ["rounds"]),
        Node("Cast", ["rounds"], ["count"], Number("to", OfInt64)),
    ], "count", "larger", channels: 2);

    /// <summary>Asks for a tensor of so many numbers.</summary>
    public static byte[] Greedy(long values) => Graph(
        [
            Node("ConstantOfShape", ["shape"], ["huge"]),
            Node("ReduceMax", ["huge"], ["most"], Number("keepdims", 0)),
            Node("Add", ["input", "most"], ["output"]),
        ],
        [Tensor("shape", OfInt64, [1], MemoryMarshal.AsBytes<long>([values]))]);

    /// <summary>What it says of a window depends on the others in the run.</summary>
    public static byte[] Mixing() => Graph(
        [Node("ReduceMean", ["input"], ["mean"], Ints("axes", 0)), Node("Sub", ["input", "mean"], ["output"])], []);

    /// <summary>Takes four windows a run, and adds its number to each: 0 to 3.</summary>
    public static byte[] ByPlace() => OnnxParts.Graph(
        [Node("Add", ["input", "places"], ["output"])],
        [Tensor("places", Float32, [4, 1], MemoryMarshal.AsBytes<float>([0, 1, 2, 3]))],
        [TinyOnnx.Value("input", 4, 1)], [TinyOnnx.Value("output", 4, 1)]);

    /// <summary>Takes one window at a time, although its batch axis is open.</summary>
    public static byte[] OneAtATime(int channels = 1) => Graph(
        [Node("ReduceMax", ["input"], ["most"], Ints("axes", 1)), Node("Reshape", ["most", "shape"], ["output"])],
        [Tensor("shape", OfInt64, [2], MemoryMarshal.AsBytes<long>([1, 1]))], channels: channels);

    /// <summary>Every run of it fails.</summary>
    public static byte[] Failing() => Graph(
        [Node("Gather", ["input", "nowhere"], ["output"], Number("axis", 0))],
        [Tensor("nowhere", OfInt64, [1], MemoryMarshal.AsBytes<long>([1_000_000]))]);

    /// <summary>Its output is its input; a run of 90 and more fails.</summary>
    public static byte[] FailingAbove90() => Graph(
        [
            Node("ReduceMax", ["input"], ["most"], Ints("axes", 0, 1), Number("keepdims", 0)),
            Node("Div", ["most", "ninety"], ["share"]),
            Node("Cast", ["share"], ["place"], Number("to", OfInt64)),
            Node("Gather", ["only", "place"], ["nothing"], Number("axis", 0)),
            Node("Add", ["input", "nothing"], ["output"]),
        ],
        [
            Tensor("ninety", Float32, [1], MemoryMarshal.AsBytes<float>([90])),
            Tensor("only", Float32, [1], MemoryMarshal.AsBytes<float>([0])),
        ]);

    /// <summary>Its output is of whole numbers.</summary>
    public static byte[] OfIntegers() => Graph(
        [Node("Cast", ["input"], ["output"], Number("to", OfInt64))], [], Value("output", OfInt64, 1));

    /// <summary>Its output is no tensor but a sequence of them.</summary>
    public static byte[] OfSequences() => Graph(
        [Node("SequenceConstruct", ["input"], ["output"])], [],
        new Proto().Text(1, "output").Message(2, new Proto().Message(4, new Proto().Message(1, Type(Float32, 1)))));

    /// <summary>output = w · input, where w lies in a file beside it.</summary>
    public static byte[] WithSecondFile(string location) => Graph(
        [Node("MatMul", ["input", "w"], ["output"])],
        [
            new Proto().Number(1, 1).Number(1, 1).Number(2, Float32).Text(8, "w")
                .Message(13, new Proto().Text(1, "location").Text(2, location)).Number(14, 1),
        ]);

    private static byte[] Loop(Proto[] before, string count, string value = "input", int channels = 1)
    {
        var body = new Proto()
            .Message(1, Node("Identity", ["on"], ["on_next"])).Message(1, Node("Abs", ["v"], ["v_next"])).Text(2, "body")
            .Message(11, Scalar("i", OfInt64)).Message(11, Scalar("on", OfBool)).Message(11, Value("v", Float32, 1))
            .Message(12, Scalar("on_next", OfBool)).Message(12, Value("v_next", Float32, 1));
        return Graph(
            [.. before, Node("Loop", [count, "yes", value], ["output"], new Proto().Text(1, "body").Message(6, body).Number(20, 5))],
            [
                Tensor("limit", OfInt64, [], MemoryMarshal.AsBytes<long>([long.MaxValue / 2])),
                Tensor("yes", OfBool, [], [1]),
                Tensor("hundred", Float32, [], MemoryMarshal.AsBytes<float>([100])),
                Tensor("many", Float32, [], MemoryMarshal.AsBytes<float>([1e15f])),
            ],
            channels: channels);
    }

    private static byte[] Graph(Proto[] nodes, Proto[] tensors, Proto? output = null, int channels = 1) =>
        OnnxParts.Graph(nodes, tensors, [Value("input", Float32, channels)], [output ?? Value("output", Float32, 1)]);
}
