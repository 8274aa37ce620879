using System.Buffers.Binary;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Whether bytes are put together as MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) or CBOR (RFC 8949): a map or
/// list whose parts end where the bytes do.
/// </summary>
internal static class BinaryShapes
{
    public static bool IsMessagePack(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (bytes[0] is not ((>= 0x80 and <= 0x9F) or (>= 0xDC and <= 0xDF))) return false;
        var (at, wanted) = (0L, 1L);
        for (; wanted > 0 && at < bytes.Length; wanted--)
        {
            var rest = bytes[(int)at..];
            var head = rest[0];
            // One that is not used by the format.
            if (head == 0xC1) return false;
            var (size, length) = MessagePackHead(head, rest);
            if (size == 0) return isCut;
            at += size + length.Bytes;
            wanted += length.Parts;
        }
        return isCut || (wanted == 0 && at == bytes.Length);
    }

    public static bool IsCbor(ReadOnlySpan<byte> bytes, bool isCut)
    {
        // Maps, lists, and what says of itself that it is CBOR.
        if (bytes[0] is not ((>= 0x80 and <= 0xBF) or 0xD9)) return false;
        // Without a length: it ends with its own sign.
        if (bytes[0] is 0x9F or 0xBF) return isCut || bytes[^1] == 0xFF;
        var (at, wanted) = (0L, 1L);
        for (; wanted > 0 && at < bytes.Length; wanted--)
        {
            var rest = bytes[(int)at..];
            var (major, extra) = (rest[0] >> 5, rest[0] & 0x1F);
            if (extra is >= 28 and < 31) return false;
            // A part without a length is taken for what it seems to be.
            if (extra == 31) return isCut || bytes[^1] == 0xFF;
            var size = extra < 24 ? 1 : 1 + (1 << (extra - 24));
            if (rest.Length < size) return isCut;
            var value = size == 1 ? extra : Value(rest[1..size]);
            if (value < 0) return false;
            at += size + (major is 2 or 3 ? value : 0);
            wanted += major switch { 4 => value, 5 => 2 * value, 6 => 1, _ => 0 };
            if (wanted < 0 || wanted > int.MaxValue) return false;
        }
        return isCut || (wanted == 0 && at == bytes.Length);
    }

    /// <summary>Bytes of an item's head with what has a fixed size, then those and the parts that follow; 0: it is cut off.</summary>
    private static (int Size, (long Bytes, long Parts) Length) MessagePackHead(byte head, ReadOnlySpan<byte> rest)
    {
        switch (head)
        {
            case < 0x80 or >= 0xE0 or 0xC0 or 0xC2 or 0xC3: return (1, (0, 0));
            case < 0x90: return (1, (0, 2 * (head & 0x0F)));
            case < 0xA0: return (1, (0, head & 0x0F));
            case < 0xC0: return (1, (head & 0x1F, 0));
            case 0xCA or 0xCE or 0xD2: return (5, (0, 0));
            case 0xCB or 0xCF or 0xD3: return (9, (0, 0));
            case 0xCC or 0xD0: return (2, (0, 0));
            case 0xCD or 0xD1: return (3, (0, 0));
            case >= 0xD4 and <= 0xD8: return (2 + (1 << (head - 0xD4)), (0, 0));
        }
        var (digits, isExtension) = head switch
        {
            0xC4 or 0xD9 => (1, false), 0xC5 or 0xDA or 0xDC or 0xDE => (2, false), 0xC7 => (1, true), 0xC8 => (2, true),
            0xC9 => (4, true), _ => (4, false),
        };
        if (rest.Length < 1 + digits) return (0, (0, 0));
        var value = Value(rest.Slice(1, digits));
        return (1 + digits + (isExtension ? 1 : 0), head switch
        {
            0xDC or 0xDD => (0, value), 0xDE or 0xDF => (0, 2 * value), _ => (value, 0),
        });
    }

    private static long Value(ReadOnlySpan<byte> digits) => digits.Length switch
    {
        1 => digits[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(digits),
        4 => BinaryPrimitives.ReadUInt32BigEndian(digits),
        _ => BinaryPrimitives.ReadInt64BigEndian(digits),
    };
}
