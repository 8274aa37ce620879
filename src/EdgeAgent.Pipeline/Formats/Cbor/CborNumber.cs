using System.Buffers.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>
/// Numbers in forms that have no type of their own: beyond 64 bits, and as exponent and mantissa (RFC 8949, section 3.4). What is too
/// large is infinite.
/// </summary>
internal static class CborNumber
{
    private const ulong PositiveTag = 2, NegativeTag = 3, DecimalFractionTag = 4, BigFloatTag = 5;

    /// <summary>As many bytes as a double can count.</summary>
    private const int BytesLimit = 128;

    public static bool IsNumberTag(ulong tag) => tag is >= PositiveTag and <= BigFloatTag;

    /// <summary>The number behind a tag of numbers.</summary>
    public static TokenNumber Read(ref CborCursor cursor, ulong tag) => tag switch
    {
        PositiveTag => ReadLarge(ref cursor, isNegative: false),
        NegativeTag => ReadLarge(ref cursor, isNegative: true),
        _ => ReadParts(ref cursor, isDecimal: tag == DecimalFractionTag),
    };

    /// <summary>Negative numbers are told by how far below −1 they are.</summary>
    public static TokenNumber Negative(ulong below) =>
        below <= long.MaxValue ? new TokenNumber(-1 - (long)below) : new TokenNumber(-1.0 - below);

    private static TokenNumber ReadLarge(ref CborCursor cursor, bool isNegative)
    {
        var head = cursor.ReadHead();
        if (head.Type != CborType.Bytes || head.IsEndless) throw new JsonException("a large number that is no bytes");
        var bytes = cursor.Take(head.Argument).TrimStart((byte)0);
        if (bytes.Length <= sizeof(ulong))
        {
            var whole = 0UL;
            foreach (var b in bytes) whole = (whole << 8) | b;
            return isNegative ? Negative(whole) : TokenNumber.Of(whole);
        }
        var size = bytes.Length <= BytesLimit ? 0.0 : double.PositiveInfinity;
        foreach (var b in bytes[..Math.Min(bytes.Length, BytesLimit)]) size = size * 256 + b;
        return new TokenNumber(isNegative ? -1 - size : size);
    }

    private static TokenNumber ReadParts(ref CborCursor cursor, bool isDecimal)
    {
        var head = cursor.ReadHead();
        if (head.Type != CborType.Array || !(head.IsEndless || head.Argument == 2))
            throw new JsonException("a number that is no two parts");
        var exponent = ReadPart(ref cursor);
        var mantissa = ReadPart(ref cursor);
        if (head.IsEndless && !cursor.TryReadBreak()) throw new JsonException("a number of more than two parts");
        if (!exponent.TryGetInt64(out var power)) throw new JsonException("an exponent beyond 64 bits");
        // Beyond this all is 0 or infinite.
        var shift = (int)Math.Clamp(power, -10_000, 10_000);
        return new TokenNumber(isDecimal ? Decimal(mantissa, shift) : Math.ScaleB(mantissa.AsDouble, shift));
    }

    private static TokenNumber ReadPart(ref CborCursor cursor)
    {
        var head = cursor.ReadHead();
        return head.Type switch
        {
            CborType.Unsigned => TokenNumber.Of(head.Argument),
            CborType.Negative => Negative(head.Argument),
            CborType.Tag when head.Argument is PositiveTag or NegativeTag => ReadLarge(ref cursor, head.Argument == NegativeTag),
            _ => throw new JsonException("a part of a number that is not whole"),
        };
    }

    /// <summary>By way of the digits, so that 2735 with −2 is as near to 27.35 as can be.</summary>
    private static double Decimal(TokenNumber mantissa, int power)
    {
        if (!mantissa.TryGetInt64(out _)) return mantissa.AsDouble * Math.Pow(10, power);
        Span<byte> text = stackalloc byte[TokenNumber.TextLimit + 8];
        var length = mantissa.Format(text).Length;
        text[length++] = (byte)'E';
        power.TryFormat(text[length..], out var more);
        return Utf8Parser.TryParse(text[..(length + more)], out double value, out _) ? value : double.NaN;
    }
}
