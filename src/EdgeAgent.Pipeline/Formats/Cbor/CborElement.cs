using System.Buffers.Binary;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>One number of a typed array: bytes whose tag says what they are made of (RFC 8746, section 2).</summary>
/// <param name="Size">Its bytes.</param>
/// <param name="IsReal">A float, and not a whole number.</param>
/// <param name="IsSigned">Of a whole number.</param>
/// <param name="IsLittleEndian">As most processors have it in memory.</param>
internal readonly record struct CborElement(int Size, bool IsReal, bool IsSigned, bool IsLittleEndian)
{
    private const ulong FirstTag = 64, LastTag = 87;
    private const ulong RealBit = 0x10, SignedBit = 0x08, LittleEndianBit = 0x04, LengthBits = 0x03;
    private const ulong ReservedTag = 76;
    /// <summary>Floats of 128 bits.</summary>
    private const ulong QuadTag = 83, LittleQuadTag = 87;

    public static bool IsTypedArray(ulong tag) => tag is >= FirstTag and <= LastTag;

    /// <summary>False: no number here is made of such bytes.</summary>
    public static bool TryOf(ulong tag, out CborElement element)
    {
        var isReal = (tag & RealBit) != 0;
        var size = (isReal ? 2 : 1) << (int)(tag & LengthBits);
        element = new CborElement(size, isReal, (tag & SignedBit) != 0, (tag & LittleEndianBit) != 0);
        return IsTypedArray(tag) && tag is not (ReservedTag or QuadTag or LittleQuadTag);
    }

    /// <param name="bytes">As many as <see cref="Size"/>.</param>
    public TokenNumber Read(ReadOnlySpan<byte> bytes)
    {
        var bits = Bits(bytes);
        if (IsReal) return new TokenNumber(Real(bits));
        if (!IsSigned) return TokenNumber.Of(bits);
        var above = 64 - 8 * Size;
        return new TokenNumber((long)(bits << above) >> above);
    }

    private double Real(ulong bits) => Size switch
    {
        2 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        4 => BitConverter.UInt32BitsToSingle((uint)bits),
        _ => BitConverter.UInt64BitsToDouble(bits),
    };

    private ulong Bits(ReadOnlySpan<byte> bytes) => (Size, IsLittleEndian) switch
    {
        (1, _) => bytes[0],
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        (_, false) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}
