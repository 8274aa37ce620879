using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAgent.Inference.Serving;
using EdgeAgent.Pipeline;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Serving;

/// <summary>Tensors as JSON has them: numbers, truths or texts, flat or nested, row-major.</summary>
internal static class TensorJson
{
    /// <summary>Reads the array that <paramref name="json"/> begins with.</summary>
    /// <param name="json">Something may stand behind it.</param>
    /// <param name="datatype">What its elements are.</param>
    /// <param name="name">The tensor, for errors.</param>
    public static byte[] Read(ReadOnlySpan<byte> json, string datatype, string name)
    {
        var reader = new Utf8JsonReader(json);
        var (written, count) = (new ArrayBufferWriter<byte>(), 0L);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new ServingException($"input \"{name}\": data is no JSON array");
        while (reader.CurrentDepth > 0 || reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
            {
                if (!TryRead(ref reader, datatype, written))
                    throw new ServingException($"input \"{name}\": element {count} of data is no {datatype}");
                count++;
                if (written.WrittenCount > ServeOptions.MessageBytes)
                    throw new ServingException(
                        $"input \"{name}\" holds more than {ServeOptions.MessageBytes} bytes", StatusCodes.Status413PayloadTooLarge);
            }
            reader.Read();
        }
        return written.WrittenSpan.ToArray();
    }

    /// <summary>Writes a flat array.</summary>
    /// <exception cref="ServingException">JSON has no word for an element.</exception>
    public static void Write(Utf8JsonWriter writer, TensorValue tensor)
    {
        writer.WriteStartArray();
        switch (tensor.Datatype)
        {
            case "BOOL":
                foreach (var element in tensor.Data) writer.WriteBooleanValue(element != 0);
                break;
            case "FP16": WriteReal<Half>(writer, tensor); break;
            case "FP32": WriteReal<float>(writer, tensor); break;
            case "FP64": WriteReal<double>(writer, tensor); break;
            case "BF16": throw NotInJson(tensor, "of BF16");
            case TensorDatatype.Bytes: WriteTexts(writer, tensor); break;
            case "UINT64":
                foreach (var element in MemoryMarshal.Cast<byte, ulong>(tensor.Data)) writer.WriteNumberValue(element);
                break;
            default: WriteWhole(writer, tensor); break;
        }
        writer.WriteEndArray();
    }

    private static bool TryRead(ref Utf8JsonReader reader, string datatype, ArrayBufferWriter<byte> written)
    {
        var type = reader.TokenType;
        if (datatype == "BOOL")
            return type is JsonTokenType.True or JsonTokenType.False && Put(written, (byte)(type == JsonTokenType.True ? 1 : 0));
        if (datatype == TensorDatatype.Bytes) return type == JsonTokenType.String && PutText(ref reader, written);
        if (type != JsonTokenType.Number) return false;
        return datatype switch
        {
            "UINT8" => reader.TryGetByte(out var v) && Put(written, v),
            "UINT16" => reader.TryGetUInt16(out var v) && Put(written, v),
            "UINT32" => reader.TryGetUInt32(out var v) && Put(written, v),
            "UINT64" => reader.TryGetUInt64(out var v) && Put(written, v),
            "INT8" => reader.TryGetSByte(out var v) && Put(written, v),
            "INT16" => reader.TryGetInt16(out var v) && Put(written, v),
            "INT32" => reader.TryGetInt32(out var v) && Put(written, v),
            "INT64" => reader.TryGetInt64(out var v) && Put(written, v),
            "FP16" => reader.TryGetSingle(out var v) && Put(written, (Half)v),
            "FP32" => reader.TryGetSingle(out var v) && Put(written, v),
            "FP64" => reader.TryGetDouble(out var v) && Put(written, v),
            _ => false,
        };
    }

    private static bool Put<T>(ArrayBufferWriter<byte> written, T value) where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        MemoryMarshal.Write(written.GetSpan(size), value);
        written.Advance(size);
        return true;
    }

    private static bool PutText(ref Utf8JsonReader reader, ArrayBufferWriter<byte> written)
    {
        var most = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var span = written.GetSpan(sizeof(int) + most);
        var length = reader.CopyString(span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        written.Advance(sizeof(int) + length);
        return true;
    }

    private static void WriteReal<T>(Utf8JsonWriter writer, TensorValue tensor) where T : unmanaged, IFloatingPoint<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor.Data);
        for (var i = 0; i < elements.Length; i++)
        {
            if (!T.IsFinite(elements[i])) throw NotInJson(tensor, $"{elements[i]} at {i}");
            if (typeof(T) == typeof(double)) writer.WriteNumberValue(double.CreateTruncating(elements[i]));
            else writer.WriteNumberValue(float.CreateTruncating(elements[i]));
        }
    }

    private static void WriteWhole(Utf8JsonWriter writer, TensorValue tensor)
    {
        var size = TensorDatatype.BytesOf(tensor.Datatype);
        var isSigned = tensor.Datatype[0] == 'I';
        for (var data = tensor.Data.AsSpan(); !data.IsEmpty; data = data[size..])
            writer.WriteNumberValue((size, isSigned) switch
            {
                (1, true) => (sbyte)data[0],
                (1, false) => data[0],
                (2, true) => BinaryPrimitives.ReadInt16LittleEndian(data),
                (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(data),
                (4, true) => BinaryPrimitives.ReadInt32LittleEndian(data),
                (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(data),
                _ => BinaryPrimitives.ReadInt64LittleEndian(data),
            });
    }

    private static void WriteTexts(Utf8JsonWriter writer, TensorValue tensor)
    {
        for (var data = tensor.Data.AsSpan(); !data.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(data);
            var text = data.Slice(sizeof(int), length);
            if (!System.Text.Unicode.Utf8.IsValid(text)) throw NotInJson(tensor, "bytes that are no text");
            writer.WriteStringValue(text);
            data = data[(sizeof(int) + length)..];
        }
    }

    private static ServingException NotInJson(TensorValue tensor, string what) => new(
        $"output \"{tensor.Name}\" is {what}, which JSON has no word for; ask for it as binary data",
        StatusCodes.Status422UnprocessableEntity);
}
