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

    /// <summary>What <see cref="ToBytes"/> gives.</summary>
    public static long BytesOf(OrtValue value, long elements)
    {
        var bytes = LengthBytes * elements;
        for (var i = 0; i < elements; i++) bytes += value.GetStringElementAsSpan(i).Length;
        return bytes;
    }

    /// <param name="value">The tensor.</param>
    /// <param name="elements">How many it has.</param>
    /// <param name="bytes">What it comes to.</param>
    public static byte[] ToBytes(OrtValue value, int elements, int bytes)
    {
        var data = new byte[bytes];
        var room = data.AsSpan();
        for (var i = 0; i < elements; i++)
        {
            var text = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteInt32LittleEndian(room, text.Length);
            text.CopyTo(room[LengthBytes..]);
            room = room[(LengthBytes + text.Length)..];
        }
        return data;
    }
}
