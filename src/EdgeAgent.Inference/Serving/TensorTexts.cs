using System.Buffers.Binary;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Serving;

/// <summary>Tensors of <see cref="TensorDatatype.Bytes"/>, which ONNX Runtime keeps as texts of its own.</summary>
internal static class TensorTexts
{
    private const int LengthBytes = 4;

    /// <summary>How many elements stand in some bytes; null: they do not end with one.</summary>
    public static int? Count(ReadOnlySpan<byte> data)
    {
        var count = 0;
        for (; data.Length >= LengthBytes; count++)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(data);
            if (length > data.Length - LengthBytes) return null;
            data = data[(LengthBytes + (int)length)..];
        }
        return data.IsEmpty ? count : null;
    }

    public static OrtValue ToValue(ReadOnlySpan<byte> data, long[] shape)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        for (var i = 0; !data.IsEmpty; i++)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
            value.StringTensorSetElementAt(data.Slice(LengthBytes, length), i);
            data = data[(LengthBytes + length)..];
        }
        return value;
    }

    /// <param name="value">The tensor.</param>
    /// <param name="elements">How many it has.</param>
    public static byte[] ToBytes(OrtValue value, int elements)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthBytes];
        for (var i = 0; i < elements; i++)
        {
            var text = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }
        return bytes.ToArray();
    }
}
