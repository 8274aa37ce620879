using System.Formats.Cbor;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>
/// CBOR, one item or a sequence of them. Tags say nothing here but that an item is a number in parts. Bytes are a text where they are
/// printable ASCII and missing otherwise, like NaN, infinities and what is undefined. Members whose key is neither text nor a whole
/// number are passed over.
/// </summary>
/// <param name="memory">Holds the payload; used by this reader alone.</param>
internal ref struct CborTokens(CborMemory memory) : ITokenReader
{
    /// <summary>As deep as the reader of JSON goes.</summary>
    private const int DepthLimit = 64;

    private readonly CborReader _reader = memory.Reader;
    private int _depth;
    /// <summary>A bit for each level, the innermost last: 1 is a map.</summary>
    private ulong _maps;
    /// <summary>As in <see cref="_maps"/>: 1 where a key comes next.</summary>
    private ulong _keys;
    private TokenNumber _number;
    private ReadOnlySpan<byte> _text;
    private bool _isNumber;

    public JsonTokenType Kind { get; private set; }

    public bool Read()
    {
        while (true)
        {
            var state = _reader.PeekState();
            if (state == CborReaderState.Finished) return false;
            var isKey = (_keys & 1) != 0;
            if (state is CborReaderState.EndMap or CborReaderState.EndArray)
            {
                EndLevel(state);
                return true;
            }
            ReadItem(state);
            if (!isKey || TakeName()) return true;
            PassMember();
        }
    }

    public void Skip()
    {
        if (Kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        for (var around = _depth - 1; _depth > around;) Read();
    }

    public readonly ReadOnlySpan<byte> Text => _isNumber ? _number.Format(memory.NumberText) : _text;

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
        if (Kind is not (JsonTokenType.String or JsonTokenType.Number)) return false;
        if (_isNumber && !_number.TryGetInt64(out _)) return false;
        Kind = JsonTokenType.PropertyName;
        return true;
    }

    private void PassMember()
    {
        Skip();
        ReadItem(_reader.PeekState());
        Skip();
    }

    private void ReadItem(CborReaderState state)
    {
        // Behind each item in a map comes one of the other kind.
        _keys ^= _maps & 1;
        while (state == CborReaderState.Tag)
        {
            var tag = _reader.ReadTag();
            state = _reader.PeekState();
            if (!CborNumber.IsNumberTag(tag)) continue;
            Number(CborNumber.Read(_reader, tag));
            return;
        }
        switch (state)
        {
            case CborReaderState.TextString: TakeText(_reader.ReadDefiniteLengthTextStringBytes().Span); break;
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger: Number(CborNumber.ReadWhole(_reader, state)); break;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                Number(new TokenNumber(_reader.ReadDouble()));
                break;
            case CborReaderState.StartMap: BeginLevel(isMap: true); break;
            case CborReaderState.StartArray: BeginLevel(isMap: false); break;
            case CborReaderState.Boolean: Kind = _reader.ReadBoolean() ? JsonTokenType.True : JsonTokenType.False; break;
            case CborReaderState.ByteString: TakeBytes(_reader.ReadDefiniteLengthByteString().Span); break;
            case CborReaderState.StartIndefiniteLengthTextString: TakeText(memory.JoinText()); break;
            case CborReaderState.StartIndefiniteLengthByteString: TakeBytes(memory.JoinBytes()); break;
            default: TakeNothing(state); break;
        }
    }

    private void BeginLevel(bool isMap)
    {
        if (_depth++ == DepthLimit) throw new JsonException("nested too deep");
        _ = isMap ? _reader.ReadStartMap() : _reader.ReadStartArray();
        var bit = isMap ? 1u : 0u;
        (_maps, _keys) = ((_maps << 1) | bit, (_keys << 1) | bit);
        Kind = isMap ? JsonTokenType.StartObject : JsonTokenType.StartArray;
    }

    private void EndLevel(CborReaderState state)
    {
        if (state == CborReaderState.EndMap) _reader.ReadEndMap();
        else _reader.ReadEndArray();
        _depth--;
        (_maps, _keys) = (_maps >> 1, _keys >> 1);
        Kind = state == CborReaderState.EndMap ? JsonTokenType.EndObject : JsonTokenType.EndArray;
    }

    private void Number(TokenNumber number)
    {
        (_number, _isNumber) = (number, true);
        Kind = double.IsFinite(number.AsDouble) ? JsonTokenType.Number : JsonTokenType.Null;
    }

    private void TakeText(ReadOnlySpan<byte> text)
    {
        _text = text;
        (Kind, _isNumber) = (JsonTokenType.String, false);
    }

    private void TakeBytes(ReadOnlySpan<byte> bytes)
    {
        TakeText(bytes);
        if (bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~')) Kind = JsonTokenType.Null;
    }

    /// <summary>Null, undefined, or a simple value that means nothing yet.</summary>
    private void TakeNothing(CborReaderState state)
    {
        if (state == CborReaderState.Null) _reader.ReadNull();
        else _reader.ReadSimpleValue();
        Kind = JsonTokenType.Null;
    }
}
