using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Tensors;

/// <summary>
/// Brings windows of floats into a tensor of another order or element, and back. Integers take the nearest value that they can hold,
/// as a model that was trained on integers expects; nothing is allocated.
/// </summary>
internal static class TensorElements
{
    /// <summary>Elements that can be had, by the names that ONNX has for them.</summary>
    public const string Expected = "float32, float64, float16, bool, or an integer of 8 to 64 bits";

    /// <summary>Bytes of an element; 0: no window can be brought into it.</summary>
    public static int Bytes(TensorElementType type) => type switch
    {
        TensorElementType.Bool or TensorElementType.Int8 or TensorElementType.UInt8 => 1,
        TensorElementType.Int16 or TensorElementType.UInt16 or TensorElementType.Float16 => 2,
        TensorElementType.Float or TensorElementType.Int32 or TensorElementType.UInt32 => 4,
        TensorElementType.Double or TensorElementType.Int64 or TensorElementType.UInt64 => 8,
        _ => 0,
    };

    /// <summary>Writes a window into its place of the tensor.</summary>
    /// <param name="plan">How the tensor holds it.</param>
    /// <param name="window">The window.</param>
    /// <param name="tensor">The place of one window: <see cref="TensorPlan.Elements"/>.</param>
    public static void Write(TensorPlan plan, ReadOnlySpan<float> window, Span<byte> tensor)
    {
        switch (plan.Type)
        {
            case TensorElementType.Float: Put<float>(plan, window, tensor); break;
            case TensorElementType.Double: Put<double>(plan, window, tensor); break;
            case TensorElementType.Float16: Put<Half>(plan, window, tensor); break;
            case TensorElementType.Int64: PutWhole<long>(plan, window, tensor); break;
            case TensorElementType.Int32: PutWhole<int>(plan, window, tensor); break;
            case TensorElementType.Int16: PutWhole<short>(plan, window, tensor); break;
            case TensorElementType.Int8: PutWhole<sbyte>(plan, window, tensor); break;
            case TensorElementType.UInt64: PutWhole<ulong>(plan, window, tensor); break;
            case TensorElementType.UInt32: PutWhole<uint>(plan, window, tensor); break;
            case TensorElementType.UInt16: PutWhole<ushort>(plan, window, tensor); break;
            case TensorElementType.UInt8: PutWhole<byte>(plan, window, tensor); break;
            default: PutTruth(plan, window, tensor); break;
        }
    }

    /// <summary>Reads what the model gave for a window; what is no number stays none.</summary>
    /// <param name="plan">How the tensor holds it.</param>
    /// <param name="tensor">The place of one window, all of it.</param>
    /// <param name="values">Takes the values that count.</param>
    public static void Read(TensorPlan plan, ReadOnlySpan<byte> tensor, Span<float> values)
    {
        switch (plan.Type)
        {
            case TensorElementType.Float: Get<float>(plan, tensor, values); break;
            case TensorElementType.Double: Get<double>(plan, tensor, values); break;
            case TensorElementType.Float16: Get<Half>(plan, tensor, values); break;
            case TensorElementType.Int64: Get<long>(plan, tensor, values); break;
            case TensorElementType.Int32: Get<int>(plan, tensor, values); break;
            case TensorElementType.Int16: Get<short>(plan, tensor, values); break;
            case TensorElementType.Int8: Get<sbyte>(plan, tensor, values); break;
            case TensorElementType.UInt64: Get<ulong>(plan, tensor, values); break;
            case TensorElementType.UInt32: Get<uint>(plan, tensor, values); break;
            case TensorElementType.UInt16: Get<ushort>(plan, tensor, values); break;
            default: Get<byte>(plan, tensor, values); break;
        }
    }

    private static void Put<T>(TensorPlan plan, ReadOnlySpan<float> window, Span<byte> tensor) where T : struct, INumberBase<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor);
        for (var i = 0; i < elements.Length; i++)
            elements[i] = T.CreateTruncating(window[plan.Map is null ? i : plan.Map[i]]);
    }

    private static void PutWhole<T>(TensorPlan plan, ReadOnlySpan<float> window, Span<byte> tensor)
        where T : struct, IBinaryInteger<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor);
        for (var i = 0; i < elements.Length; i++)
            elements[i] = T.CreateSaturating(MathF.Round(window[plan.Map is null ? i : plan.Map[i]]));
    }

    private static void PutTruth(TensorPlan plan, ReadOnlySpan<float> window, Span<byte> tensor)
    {
        for (var i = 0; i < tensor.Length; i++)
            tensor[i] = window[plan.Map is null ? i : plan.Map[i]] == 0 ? (byte)0 : (byte)1;
    }

    private static void Get<T>(TensorPlan plan, ReadOnlySpan<byte> tensor, Span<float> values) where T : struct, INumberBase<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor);
        for (var i = 0; i < values.Length; i++)
            values[i] = float.CreateTruncating(elements[plan.Map is null ? i : plan.Map[i]]);
    }
}
