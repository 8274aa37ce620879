using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>The same document in other formats. Names that are whole numbers become such keys.</summary>
internal static class Repacked
{
    public static byte[] Cbor(string json, bool isIndefinite = false) => Cbor(Encoding.UTF8.GetBytes(json), isIndefinite);

    public static byte[] Cbor(byte[] json, bool isIndefinite = false)
    {
        using var document = JsonDocument.Parse(json);
        var writer = new CborWriter(CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false);
        Write(writer, document.RootElement, isIndefinite);
        return writer.Encode();
    }

    public static byte[] MessagePack(string json) => MessagePack(Encoding.UTF8.GetBytes(json));

    public static byte[] MessagePack(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var writer = new MemoryStream();
        Write(writer, document.RootElement);
        return writer.ToArray();
    }

    /// <summary>The key that a name is; null: it is a text.</summary>
    private static long? KeyOf(string name) =>
        long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key)
        && key.ToString(CultureInfo.InvariantCulture) == name ? key : null;

    private static void Write(CborWriter writer, JsonElement value, bool isIndefinite)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().ToList();
                writer.WriteStartMap(isIndefinite ? null : members.Count);
                foreach (var member in members)
                {
                    if (KeyOf(member.Name) is { } key) writer.WriteInt64(key);
                    else WriteText(writer, member.Name, isIndefinite);
                    Write(writer, member.Value, isIndefinite);
                }
                writer.WriteEndMap();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray(isIndefinite ? null : value.GetArrayLength());
                foreach (var element in value.EnumerateArray()) Write(writer, element, isIndefinite);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String: WriteText(writer, value.GetString()!, isIndefinite); break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole): writer.WriteInt64(whole); break;
            case JsonValueKind.Number: WriteReal(writer, value.GetDouble()); break;
            case JsonValueKind.Null: writer.WriteNull(); break;
            default: writer.WriteBoolean(value.GetBoolean()); break;
        }
    }

    private static void WriteText(CborWriter writer, string text, bool isIndefinite)
    {
        if (!isIndefinite)
        {
            writer.WriteTextString(text);
            return;
        }
        writer.WriteStartIndefiniteLengthTextString();
        foreach (var rune in text.EnumerateRunes()) writer.WriteTextString(rune.ToString());
        writer.WriteEndIndefiniteLengthTextString();
    }

    /// <summary>In as few bytes as hold it.</summary>
    private static void WriteReal(CborWriter writer, double real)
    {
        if ((double)(Half)real == real) writer.WriteHalf((Half)real);
        else if ((float)real == real) writer.WriteSingle((float)real);
        else writer.WriteDouble(real);
    }

    private static void Write(MemoryStream writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().ToList();
                WriteCount(writer, members.Count, 0x80, 0xde);
                foreach (var member in members)
                {
                    if (KeyOf(member.Name) is { } key) WriteWhole(writer, key);
                    else WriteText(writer, member.Name);
                    Write(writer, member.Value);
                }
                break;
            case JsonValueKind.Array:
                WriteCount(writer, value.GetArrayLength(), 0x90, 0xdc);
                foreach (var element in value.EnumerateArray()) Write(writer, element);
                break;
            case JsonValueKind.String: WriteText(writer, value.GetString()!); break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole): WriteWhole(writer, whole); break;
            case JsonValueKind.Number: WriteReal(writer, value.GetDouble()); break;
            case JsonValueKind.Null: writer.Write([0xc0]); break;
            default: writer.Write([value.GetBoolean() ? (byte)0xc3 : (byte)0xc2]); break;
        }
    }

    private static void WriteCount(MemoryStream writer, int count, int small, byte large)
    {
        if (count < 16) writer.Write([(byte)(small | count)]);
        else writer.Write([large, (byte)(count >> 8), (byte)count]);
    }

    private static void WriteText(MemoryStream writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 32) writer.Write([(byte)(0xa0 | bytes.Length)]);
        else if (bytes.Length < 256) writer.Write([0xd9, (byte)bytes.Length]);
        else writer.Write([0xda, (byte)(bytes.Length >> 8), (byte)bytes.Length]);
        writer.Write(bytes);
    }

    private static void WriteWhole(MemoryStream writer, long whole)
    {
        Span<byte> bytes = stackalloc byte[9];
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], whole);
        var (type, length) = whole switch
        {
            >= -32 and <= 127 => (-1, 1),
            >= 0 and <= byte.MaxValue => (0xcc, 1),
            >= 0 and <= ushort.MaxValue => (0xcd, 2),
            >= 0 and <= uint.MaxValue => (0xce, 4),
            >= 0 => (0xcf, 8),
            >= sbyte.MinValue => (0xd0, 1),
            >= short.MinValue => (0xd1, 2),
            >= int.MinValue => (0xd2, 4),
            _ => (0xd3, 8),
        };
        if (type >= 0) writer.Write([(byte)type]);
        writer.Write(bytes[^length..]);
    }

    private static void WriteReal(MemoryStream writer, double real)
    {
        Span<byte> bytes = stackalloc byte[9];
        var isSingle = (float)real == real;
        bytes[0] = isSingle ? (byte)0xca : (byte)0xcb;
        if (isSingle) BinaryPrimitives.WriteSingleBigEndian(bytes[1..], (float)real);
        else BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], real);
        writer.Write(bytes[..(isSingle ? 5 : 9)]);
    }
}
