using System.Buffers.Text;
using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>
/// Numbers in forms that have no type of their own: beyond 64 bits, and as exponent and mantissa. What is too large is infinite.
/// </summary>
internal static class CborNumber
{
    /// <summary>As many bytes as a double can count.</summary>
    private const int BytesLimit = 128;

    public static bool IsNumberTag(CborTag tag) =>
        tag is CborTag.UnsignedBigNum or CborTag.NegativeBigNum or CborTag.DecimalFraction or CborTag.BigFloat;

    /// <summary>The number behind a tag of numbers.</summary>
    public static TokenNumber Read(CborReader reader, CborTag tag) =>
        tag is CborTag.DecimalFraction or CborTag.BigFloat ? ReadParts(reader, isDecimal: tag == CborTag.DecimalFraction)
        : ReadLarge(reader, isNegative: tag == CborTag.NegativeBigNum);

    public static TokenNumber ReadWhole(CborReader reader, CborReaderState state) =>
        state == CborReaderState.UnsignedInteger ? TokenNumber.Of(reader.ReadUInt64())
        : Negative(reader.ReadCborNegativeIntegerRepresentation());

    /// <summary>Negative numbers are told by how far below −1 they are.</summary>
    private static TokenNumber Negative(ulong below) =>
        below <= long.MaxValue ? new TokenNumber(-1 - (long)below) : new TokenNumber(-1.0 - below);

    private static TokenNumber ReadLarge(CborReader reader, bool isNegative)
    {
        if (reader.PeekState() != CborReaderState.ByteString) throw new JsonException("a large number that is no bytes");
        var bytes = reader.ReadDefiniteLengthByteString().Span.TrimStart((byte)0);
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

    private static TokenNumber ReadParts(CborReader reader, bool isDecimal)
    {
        reader.ReadStartArray();
        var exponent = ReadPart(reader);
        var mantissa = ReadPart(reader);
        reader.ReadEndArray();
        if (!exponent.TryGetInt64(out var power)) throw new JsonException("an exponent that is not whole");
        // Beyond this all is 0 or infinite.
        var shift = (int)Math.Clamp(power, -10_000, 10_000);
        return new TokenNumber(isDecimal ? Decimal(mantissa, shift) : Math.ScaleB(mantissa.AsDouble, shift));
    }

    private static TokenNumber ReadPart(CborReader reader)
    {
        var state = reader.PeekState();
        if (state is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger) return ReadWhole(reader, state);
        if (state == CborReaderState.Tag && reader.ReadTag() is var tag and (CborTag.UnsignedBigNum or CborTag.NegativeBigNum))
            return ReadLarge(reader, tag == CborTag.NegativeBigNum);
        throw new JsonException("a part of a number that is not whole");
    }

    /// <summary>By way of the digits, so that 2735 with −2 is as near to 27.35 as can be.</summary>
    private static double Decimal(TokenNumber mantissa, int power)
    {
        Span<byte> text = stackalloc byte[TokenNumber.TextLimit + 8];
        if (!mantissa.TryGetInt64(out _)) return mantissa.AsDouble * Math.Pow(10, power);
        var length = mantissa.Format(text).Length;
        text[length++] = (byte)'E';
        power.TryFormat(text[length..], out var more, provider: CultureInfo.InvariantCulture);
        return Utf8Parser.TryParse(text[..(length + more)], out double value, out _) ? value : double.NaN;
    }
}
