using System.Buffers.Binary;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>What an item is (RFC 8949, section 3).</summary>
internal enum CborType
{
    Unsigned, Negative, Bytes, Text, Array, Map, Tag,
    /// <summary>A float, or a simple value as true and null.</summary>
    Simple,
}

/// <summary>How an item begins.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Info">How its argument is written, or a simple value.</param>
/// <param name="Argument">The number, the length, or the bits of a float.</param>
internal readonly record struct CborHead(CborType Type, int Info, ulong Argument)
{
    public const int InfoHalf = 25, InfoSingle = 26, InfoDouble = 27, InfoEndless = 31;

    /// <summary>It has no length; a break ends it.</summary>
    public bool IsEndless => Info == InfoEndless;
}

/// <summary>A place in CBOR. What goes beyond the end is a <see cref="JsonException"/>, as it is to all readers of tokens.</summary>
internal ref struct CborCursor(ReadOnlySpan<byte> payload)
{
    private const byte Break = 0xff;

    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _at;

    public readonly int Remaining => _payload.Length - _at;

    public CborHead ReadHead()
    {
        var first = Take(1)[0];
        var type = (CborType)(first >> 5);
        var info = first & 0x1f;
        if (info < 24) return new CborHead(type, info, (ulong)info);
        return new CborHead(type, info, info switch
        {
            24 => Take(1)[0],
            25 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            26 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            27 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
            CborHead.InfoEndless when type is CborType.Bytes or CborType.Text or CborType.Array or CborType.Map => 0,
            _ => throw new JsonException($"{first:x2} begins no item"),
        });
    }

    /// <summary>Passes over a break; false: something else comes next.</summary>
    public bool TryReadBreak()
    {
        if (Remaining == 0) throw Truncated();
        if (_payload[_at] != Break) return false;
        _at++;
        return true;
    }

    /// <summary>The bytes behind a head.</summary>
    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)Remaining) throw Truncated();
        var taken = _payload.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    public static JsonException Truncated() => new("the payload ends within an item");
}
