using System.Runtime.InteropServices;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Constant tensors of a graph. ONNX keeps raw data little-endian, as do all machines that run .NET today.</summary>
internal static class Tensors
{
    public const int Float32 = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7, Bool = 9;

    /// <param name="name">Name within the graph.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="dims">The shape; empty for a scalar.</param>
    public static TensorProto Of(string name, ReadOnlySpan<float> values, params long[] dims) =>
        Make(name, Float32, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<byte> values, params long[] dims) => Make(name, UInt8, values, dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<sbyte> values, params long[] dims) =>
        Make(name, Int8, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<int> values, params long[] dims) =>
        Make(name, Int32, MemoryMarshal.AsBytes(values), dims);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Of(string name, ReadOnlySpan<long> values, params long[] dims) =>
        Make(name, Int64, MemoryMarshal.AsBytes(values), dims);

    /// <summary>The values of a float tensor, whichever of the two forms it has.</summary>
    public static float[] Floats(TensorProto tensor) => tensor.DataType == Float32
        ? Whole(tensor, tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray())
        : throw new ModelingException($"tensor \"{tensor.Name}\" has element type {tensor.DataType}; expected 1 (float32)");

    /// <summary>The values of a tensor of 64-bit integers.</summary>
    public static long[] Longs(TensorProto tensor) => tensor.DataType == Int64
        ? Whole(tensor, tensor.Int64Data.Count > 0 ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray())
        : throw new ModelingException($"tensor \"{tensor.Name}\" has element type {tensor.DataType}; expected 7 (int64)");

    /// <summary>Numbers in a tensor by its shape.</summary>
    public static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (a, b) => a * b);

    private static T[] Whole<T>(TensorProto tensor, T[] values) => values.Length == Count(tensor)
        ? values
        : throw new ModelingException(
            $"tensor \"{tensor.Name}\" holds {values.Length} numbers; "
            + $"its shape [{string.Join(", ", tensor.Dims)}] needs {Count(tensor)}: the file is damaged");

    private static TensorProto Make(string name, int type, ReadOnlySpan<byte> data, long[] dims) =>
        new() { Name = name, DataType = type, Dims = { dims }, RawData = ByteString.CopyFrom(data) };
}
