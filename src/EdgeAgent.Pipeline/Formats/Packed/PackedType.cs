using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Formats.Packed;

/// <summary>What the bytes of a number mean.</summary>
public enum PackedKind { Unsigned, Signed, Float }

/// <summary>
/// In which order the bytes of a number come. With A the most significant of four: ABCD, DCBA, CDAB (low word first) or BADC (bytes
/// swapped in each word), as registers of Modbus devices arrive.
/// </summary>
public enum PackedOrder { BigEndian, LittleEndian, WordsSwapped, BytesSwapped }

/// <summary>The type of a number in a frame, as <c>u8</c>, <c>i24be</c>, <c>f32le</c> or <c>f32cdab</c>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PackedType(PackedKind Kind, int Bytes, PackedOrder Order)
{
    /// <summary>What a type looks like, for people.</summary>
    public const string Expected =
        "u8, i8, or one of u16 i16 u24 i24 u32 i32 u64 i64 f32 f64 with be or le behind, as in \"f32be\"; for swapped words and bytes "
        + "cdab or badc, as in \"f32cdab\"";

    /// <summary>Null where the text is no type.</summary>
    public static PackedType? TryParse(string text)
    {
        if (text.Length < 2) return null;
        PackedKind? kind = text[0] switch { 'u' => PackedKind.Unsigned, 'i' => PackedKind.Signed, 'f' => PackedKind.Float, _ => null };
        var digits = 1;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        var bytes = text[1..digits] switch { "8" => 1, "16" => 2, "24" => 3, "32" => 4, "64" => 8, _ => 0 };
        if (kind is null || bytes == 0 || (kind == PackedKind.Float && bytes is not (4 or 8))) return null;
        PackedOrder? order = text[digits..] switch
        {
            "" when bytes == 1 => PackedOrder.BigEndian,
            "be" or "abcd" when bytes > 1 => PackedOrder.BigEndian,
            "le" or "dcba" when bytes > 1 => PackedOrder.LittleEndian,
            "cdab" when bytes is 4 or 8 => PackedOrder.WordsSwapped,
            "badc" when bytes is 4 or 8 => PackedOrder.BytesSwapped,
            _ => null,
        };
        return order is { } o ? new PackedType(kind.Value, bytes, o) : null;
    }

    /// <summary>The bits of the number, the first byte of <paramref name="at"/> being its first.</summary>
    public ulong Raw(ReadOnlySpan<byte> at)
    {
        var raw = 0UL;
        for (var i = 0; i < Bytes; i++)
            raw = (raw << 8) | at[PlaceOf(i)];
        return raw;
    }

    /// <summary>The number whose bits these are.</summary>
    public double Number(ulong raw) => Kind switch
    {
        PackedKind.Float => Bytes == 4 ? BitConverter.UInt32BitsToSingle((uint)raw) : BitConverter.UInt64BitsToDouble(raw),
        PackedKind.Signed => Signed(raw),
        _ => raw,
    };

    /// <summary>A whole number whose bits these are, its sign kept.</summary>
    public long Signed(ulong raw)
    {
        var free = 64 - 8 * Bytes;
        return (long)(raw << free) >> free;
    }

    /// <summary>Where the byte of a rank stands, the most significant being 0.</summary>
    private int PlaceOf(int rank) => Order switch
    {
        PackedOrder.LittleEndian => Bytes - 1 - rank,
        PackedOrder.WordsSwapped => Bytes - 2 - (rank & ~1) + (rank & 1),
        PackedOrder.BytesSwapped => rank ^ 1,
        _ => rank,
    };
}
