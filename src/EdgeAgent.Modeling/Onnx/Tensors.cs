using System.Runtime.InteropServices;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Constant tensors of a graph. ONNX keeps raw data little-endian, as do all machines that run .NET today.</summary>
internal static class Tensors
{
    public const int Float32 = 1, UInt8 = 2, Int8 = 3, Int32 = 6;

    /// <param name="name">Name within the graph.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="dims">The shape; empty for a scalar.</param>
    public static TensorProto Of(string name, ReadOnlySpan<float> values, params long[] dims) => Make(name, Float32, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<byte> values, params long[] dims) => Make(name, UInt8, values, dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<sbyte> values, params long[] dims) => Make(name, Int8, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<int> values, params long[] dims) => Make(name, Int32, MemoryMarshal.AsBytes(values), dims);

    /// <summary>The values of a float tensor that keeps them as raw data.</summary>
    public static float[] Floats(TensorProto tensor) => tensor.DataType == Float32
        ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
        : throw new ModelingException($"tensor \"{tensor.Name}\" has element type {tensor.DataType}; expected 1 (float32)");

    private static TensorProto Make(string name, int type, ReadOnlySpan<byte> data, long[] dims) =>
        new() { Name = name, DataType = type, Dims = { dims }, RawData = ByteString.CopyFrom(data) };
}
