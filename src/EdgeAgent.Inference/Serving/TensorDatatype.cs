using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Serving;

/// <summary>Elements of tensors by the names of the Open Inference Protocol, version 2.</summary>
public static class TensorDatatype
{
    /// <summary>Elements of any length, each behind its length in four bytes.</summary>
    public const string Bytes = "BYTES";

    private static readonly (string Name, TensorElementType Type, int Bytes)[] All =
    [
        ("BOOL", TensorElementType.Bool, 1),
        ("UINT8", TensorElementType.UInt8, 1), ("UINT16", TensorElementType.UInt16, 2),
        ("UINT32", TensorElementType.UInt32, 4), ("UINT64", TensorElementType.UInt64, 8),
        ("INT8", TensorElementType.Int8, 1), ("INT16", TensorElementType.Int16, 2),
        ("INT32", TensorElementType.Int32, 4), ("INT64", TensorElementType.Int64, 8),
        ("FP16", TensorElementType.Float16, 2), ("BF16", TensorElementType.BFloat16, 2),
        ("FP32", TensorElementType.Float, 4), ("FP64", TensorElementType.Double, 8),
        (Bytes, TensorElementType.String, 0),
    ];

    /// <summary>Its name; null: the protocol has none for it.</summary>
    internal static string? Of(TensorElementType type) => Array.Find(All, a => a.Type == type).Name;

    internal static TensorElementType TypeOf(string name) => Array.Find(All, a => a.Name == name).Type;

    /// <summary>Bytes of an element; 0: each has its own length, or there is no such element.</summary>
    public static int BytesOf(string name) => Array.Find(All, a => a.Name == name).Bytes;
}
