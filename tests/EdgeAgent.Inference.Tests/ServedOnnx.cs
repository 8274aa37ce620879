using System.Runtime.InteropServices;

namespace EdgeAgent.TestData;

/// <summary>Graphs with the tensors that the Open Inference Protocol's examples have.</summary>
internal static class ServedOnnx
{
    private const int UInt32 = 12;

    /// <summary>output0[i, j] = input1[i] · Σ input0[·, j]: UINT32 [open, 2] and BOOL [open] in, FP32 [open, 2] out.</summary>
    public static byte[] Example() => OnnxParts.Graph(
        [
            OnnxParts.Node("Cast", ["input0"], ["a"], OnnxParts.Number("to", OnnxParts.Float32)),
            OnnxParts.Node("Cast", ["input1"], ["b"], OnnxParts.Number("to", OnnxParts.Float32)),
            OnnxParts.Node("ReduceSum", ["a", "first"], ["sum"]),
            OnnxParts.Node("Unsqueeze", ["b", "second"], ["column"]),
            OnnxParts.Node("Mul", ["column", "sum"], ["output0"]),
        ],
        [Axis("first", 0), Axis("second", 1)],
        [OnnxParts.Value("input0", UInt32, 2), OnnxParts.Value("input1", OnnxParts.OfBool)],
        [OnnxParts.Value("output0", OnnxParts.Float32, 2)]);

    /// <summary>output = input, of any element.</summary>
    public static byte[] Same(int type) => OnnxParts.Graph(
        [OnnxParts.Node("Identity", ["input"], ["output"])], [], [OnnxParts.Value("input", type)], [OnnxParts.Value("output", type)]);

    /// <summary>output[i, j] = input[i], FP32, 1,000 a row.</summary>
    public static byte[] Wide() => OnnxParts.Graph(
        [
            OnnxParts.Node("Unsqueeze", ["input", "second"], ["column"]),
            OnnxParts.Node("Mul", ["column", "ones"], ["output"]),
        ],
        [
            Axis("second", 1),
            OnnxParts.Tensor("ones", OnnxParts.Float32, [1, 1000], MemoryMarshal.AsBytes<float>(Enumerable.Repeat(1f, 1000).ToArray())),
        ],
        [OnnxParts.Value("input", OnnxParts.Float32)],
        [OnnxParts.Value("output", OnnxParts.Float32, 1000)]);

    private static Proto Axis(string name, long axis) =>
        OnnxParts.Tensor(name, OnnxParts.OfInt64, [1], MemoryMarshal.AsBytes<long>([axis]));
}
