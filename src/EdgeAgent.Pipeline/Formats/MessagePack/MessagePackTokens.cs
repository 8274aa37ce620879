using System.Buffers.Binary;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.MessagePack;

/// <summary>
/// MessagePack, one value or several one after the other. A timestamp is a text in ISO 8601; bytes are a text where they are
/// printable ASCII and missing otherwise, like other extensions, NaN and infinities. Members whose key is neither text nor a whole
/// number are passed over.
/// </summary>
/// <param name="payload">The payload.</param>
/// <param name="memory">Used by this reader alone.</param>
internal ref struct MessagePackTokens(ReadOnlySpan<byte> payload, TokenMemory memory) : ITokenReader
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _at;
    private TokenLevels _levels = new(memory);
    private TokenNumber _number;
    private ReadOnlySpan<byte> _text;
    private TextForm _form;
    private DateTime _time;

    /// <summary>What a text has to be made of when it is asked for.</summary>
    private enum TextForm { Bytes, Number, Time }

    public JsonTokenType Kind { get; private set; }

    public readonly bool IsTime => false;

    public bool Read()
    {
        while (true)
        {
            if (_levels is { Left: 0, Depth: > 0 })
            {
                Kind = _levels.End();
                return true;
            }
            if (_levels.Depth == 0 && _at == _payload.Length) return false;
            var isKey = _levels.IsAtKey;
            ReadItem();
            if (!isKey || TakeName()) return true;
            PassMember();
        }
    }

    public void Skip()
    {
        if (Kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        for (var around = _levels.Depth - 1; _levels.Depth > around;) Read();
    }

    public readonly ReadOnlySpan<byte> Text => _form switch
    {
        TextForm.Bytes => _text,
        TextForm.Number => _number.Format(memory.Text),
        _ => _time.TryFormat(memory.Text, out var length, "O", null) ? memory.Text.AsSpan(0, length) : [],
    };

    public readonly bool TryGetSingle(out float value) => _number.TryGetSingle(out value);

    public readonly bool TryGetInt64(out long value) => _number.TryGetInt64(out value);

    public readonly bool TryGetDouble(out double value)
    {
        value = _number.AsDouble;
        return true;
    }

    /// <summary>False: what was read is no name, and may go on inside.</summary>
    private bool TakeName()
    {
        if (Kind is not (JsonTokenType.String or JsonTokenType.Number) || _form == TextForm.Time) return false;
        if (Kind == JsonTokenType.Number && !_number.TryGetInt64(out _)) return false;
        Kind = JsonTokenType.PropertyName;
        return true;
    }

    private void PassMember()
    {
        Skip();
        ReadItem();
        Skip();
    }

    private void ReadItem()
    {
        _levels.Count();
        var code = Take(1)[0];
        switch (code)
        {
            case <= 0x7f: Number(code); break;
            case >= 0xe0: Number((sbyte)code); break;
            case <= 0x8f: BeginLevel(isMap: true, code & 0x0fu); break;
            case <= 0x9f: BeginLevel(isMap: false, code & 0x0fu); break;
            case <= 0xbf: TakeText(code & 0x1fu); break;
            case 0xc2 or 0xc3: Kind = code == 0xc3 ? JsonTokenType.True : JsonTokenType.False; break;
            case >= 0xc4 and <= 0xc6: TakeBytes(Length(code - 0xc4)); break;
            case >= 0xc7 and <= 0xc9: TakeExtension(Length(code - 0xc7)); break;
            case 0xca: Real(BinaryPrimitives.ReadSingleBigEndian(Take(4))); break;
            case 0xcb: Real(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case >= 0xcc and <= 0xcf: Number(TokenNumber.Of(Unsigned(code - 0xcc))); break;
            case >= 0xd0 and <= 0xd3: Number(new TokenNumber(Signed(code - 0xd0))); break;
            case >= 0xd4 and <= 0xd8: TakeExtension(1u << (code - 0xd4)); break;
            case >= 0xd9 and <= 0xdb: TakeText(Length(code - 0xd9)); break;
            case 0xdc or 0xdd: BeginLevel(isMap: false, Length(code - 0xdb)); break;
            case 0xde or 0xdf: BeginLevel(isMap: true, Length(code - 0xdd)); break;
            case 0xc0: Kind = JsonTokenType.Null; break;
            default: throw new JsonException("0xc1 begins no value");
        }
    }

    private void BeginLevel(bool isMap, uint count)
    {
        var left = isMap ? 2L * count : count;
        // Each takes a byte at least.
        if (left > _payload.Length - _at) throw Truncated();
        Kind = _levels.Begin(isMap, left);
    }

    private void Number(long whole) => Number(new TokenNumber(whole));

    private void Number(TokenNumber number) => (Kind, _form, _number) = (JsonTokenType.Number, TextForm.Number, number);

    private void Real(double real)
    {
        Number(new TokenNumber(real));
        if (!double.IsFinite(real)) Kind = JsonTokenType.Null;
    }

    private void TakeText(uint length)
    {
        _text = Take(length);
        (Kind, _form) = (JsonTokenType.String, TextForm.Bytes);
    }

    private void TakeBytes(uint length)
    {
        TakeText(length);
        if (_text.ContainsAnyExceptInRange((byte)' ', (byte)'~')) Kind = JsonTokenType.Null;
    }

    private void TakeExtension(uint length)
    {
        var type = (sbyte)Take(1)[0];
        var content = Take(length);
        (Kind, _form) = (JsonTokenType.Null, TextForm.Time);
        if (type == MessagePackTime.Extension && MessagePackTime.TryRead(content, out _time)) Kind = JsonTokenType.String;
    }

    /// <param name="power">Of two: bytes that the number has.</param>
    private ulong Unsigned(int power) => power switch
    {
        0 => Take(1)[0],
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        2 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        _ => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
    };

    private long Signed(int power) => power switch
    {
        0 => (sbyte)Take(1)[0],
        1 => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
        2 => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        _ => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
    };

    private uint Length(int power) => (uint)Unsigned(power);

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)(_payload.Length - _at)) throw Truncated();
        var taken = _payload.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private static JsonException Truncated() => new("the payload ends within a value");
}
