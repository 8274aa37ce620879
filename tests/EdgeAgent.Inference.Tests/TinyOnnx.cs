using System.Runtime.InteropServices;

namespace EdgeAgent.TestData;

/// <summary>
/// Writes ONNX files of one node, field by field as https://github.com/onnx/onnx/blob/main/onnx/onnx.proto numbers them,
/// so that a test knows to the last digit what its model computes.
/// </summary>
internal static class TinyOnnx
{
    private const int Float = 1;

    /// <summary>output[batch, 1] = Σ weights[i] · input[batch, i].</summary>
    public static byte[] Linear(float[] weights, string input = "input", string output = "output", int batch = 0)
    {
        var tensor = new Proto().Number(1, weights.Length).Number(1, 1).Number(2, Float).Text(8, "w")
            .Bytes(9, MemoryMarshal.AsBytes<float>(weights).ToArray());
        return Model("MatMul", input, output, tensor, Value(input, batch, weights.Length), Value(output, batch, 1));
    }

    /// <summary>output = factor · input, both [batch, length, channels]: a reconstruction with a known error.</summary>
    public static byte[] Scale(float factor, int length, int channels)
    {
        var tensor = new Proto().Number(1, 1).Number(2, Float).Text(8, "w")
            .Bytes(9, MemoryMarshal.AsBytes<float>([factor]).ToArray());
        return Model("Mul", "input", "output", tensor, Value("input", 0, length, channels), Value("output", 0, length, channels));
    }

    private static byte[] Model(string op, string input, string output, Proto weights, Proto inputValue, Proto outputValue)
    {
        var node = new Proto().Text(1, input).Text(1, "w").Text(2, output).Text(4, op);
        var graph = new Proto().Message(1, node).Text(2, "tiny").Message(5, weights).Message(11, inputValue).Message(12, outputValue);
        return new Proto().Number(1, 8).Message(7, graph).Message(8, new Proto().Number(2, 13)).ToArray();
    }

    /// <summary>A float tensor whose first axis is open when <paramref name="batch"/> is 0.</summary>
    internal static Proto Value(string name, int batch, params int[] dimensions)
    {
        var shape = new Proto().Message(1, batch > 0 ? new Proto().Number(1, batch) : new Proto().Text(2, "batch"));
        foreach (var dimension in dimensions)
            shape.Message(1, new Proto().Number(1, dimension));
        return new Proto().Text(1, name).Message(2, new Proto().Message(1, new Proto().Number(1, Float).Message(2, shape)));
    }
}
