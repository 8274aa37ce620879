using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>
/// CBOR, one item or a sequence of them. Tags say nothing here but that an item is a number in parts, a time, or an array of numbers
/// of one type. Other bytes are a text where they are printable ASCII and missing otherwise, like NaN, infinities and what is
/// undefined. Members whose key is neither text nor a whole number are passed over.
/// </summary>
/// <param name="payload">The payload.</param>
/// <param name="memory">Used by this reader alone.</param>
/// <param name="scratch">Takes texts that come in pieces; as long as the payload.</param>
internal ref struct CborTokens(ReadOnlySpan<byte> payload, TokenMemory memory, byte[] scratch) : ITokenReader
{
    private const int False = 20, True = 21;
    /// <summary>Of seconds after 1970.</summary>
    private const ulong TimeTag = 1;
    /// <summary>Reserved, so that it says that there is none.</summary>
    private const ulong NoTag = ulong.MaxValue;

    private CborCursor _cursor = new(payload);
    private TokenLevels _levels = new(memory);
    /// <summary>A bit for each level, the innermost last: 1 is ended by a break.</summary>
    private ulong _endless;
    /// <summary>What is left of the typed array that is the innermost level.</summary>
    private ReadOnlySpan<byte> _elements;
    private CborElement _element;
    private TokenNumber _number;
    private ReadOnlySpan<byte> _text;
    private bool _isNumber;

    public JsonTokenType Kind { get; private set; }

    public bool IsTime { get; private set; }

    public bool Read()
    {
        while (true)
        {
            if (_levels.Depth == 0 && _cursor.Remaining == 0) return false;
            if (_levels.Depth > 0 && TryEndLevel()) return true;
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

    public readonly ReadOnlySpan<byte> Text => _isNumber ? _number.Format(memory.Text) : _text;

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
        ReadItem();
        Skip();
    }

    private void ReadItem()
    {
        _levels.Count();
        IsTime = false;
        if (!_elements.IsEmpty)
        {
            Number(_element.Read(_elements));
            _elements = _elements[_element.Size..];
            return;
        }
        var (head, tag) = (_cursor.ReadHead(), NoTag);
        for (; head.Type == CborType.Tag; head = _cursor.ReadHead())
        {
            tag = head.Argument;
            if (!CborNumber.IsNumberTag(tag)) continue;
            Number(CborNumber.Read(ref _cursor, tag));
            return;
        }
        IsTime = tag == TimeTag;
        switch (head.Type)
        {
            case CborType.Unsigned: Number(TokenNumber.Of(head.Argument)); break;
            case CborType.Negative: Number(CborNumber.Negative(head.Argument)); break;
            case CborType.Text: TakeText(Content(head)); break;
            case CborType.Bytes when CborElement.IsTypedArray(tag): BeginElements(tag, Content(head)); break;
            case CborType.Bytes: TakeBytes(Content(head)); break;
            case CborType.Array or CborType.Map: BeginLevel(head); break;
            default: TakeSimple(head); break;
        }
    }

    private void BeginLevel(CborHead head)
    {
        var isMap = head.Type == CborType.Map;
        // Each takes a byte at least.
        if (head.Argument > (ulong)_cursor.Remaining) throw CborCursor.Truncated();
        BeginLevel(isMap, head.IsEndless, isMap ? 2 * (long)head.Argument : (long)head.Argument);
    }

    private void BeginLevel(bool isMap, bool isEndless, long left)
    {
        Kind = _levels.Begin(isMap, left);
        _endless = (_endless << 1) | (isEndless ? 1u : 0u);
    }

    private void BeginElements(ulong tag, ReadOnlySpan<byte> bytes)
    {
        if (!CborElement.TryOf(tag, out _element))
        {
            Kind = JsonTokenType.Null;
            return;
        }
        if (bytes.Length % _element.Size != 0) throw new JsonException("a typed array that ends within a number");
        _elements = bytes;
        BeginLevel(isMap: false, isEndless: false, bytes.Length / _element.Size);
    }

    private bool TryEndLevel()
    {
        var isEndless = (_endless & 1) != 0;
        if (isEndless ? !_cursor.TryReadBreak() : _levels.Left != 0) return false;
        if (_levels.IsMap && !_levels.IsAtKey) throw new JsonException("a key without a value");
        Kind = _levels.End();
        _endless >>= 1;
        return true;
    }

    /// <summary>Of a text or bytes, put together where they come in pieces.</summary>
    private ReadOnlySpan<byte> Content(CborHead head)
    {
        if (!head.IsEndless) return _cursor.Take(head.Argument);
        var length = 0;
        while (!_cursor.TryReadBreak())
        {
            var piece = _cursor.ReadHead();
            if (piece.Type != head.Type || piece.IsEndless) throw new JsonException("a piece of another type");
            var bytes = _cursor.Take(piece.Argument);
            bytes.CopyTo(scratch.AsSpan(length));
            length += bytes.Length;
        }
        return scratch.AsSpan(0, length);
    }

    private void TakeSimple(CborHead head)
    {
        switch (head.Info)
        {
            case CborHead.InfoHalf: Number(new TokenNumber((double)BitConverter.UInt16BitsToHalf((ushort)head.Argument))); break;
            case CborHead.InfoSingle: Number(new TokenNumber(BitConverter.UInt32BitsToSingle((uint)head.Argument))); break;
            case CborHead.InfoDouble: Number(new TokenNumber(BitConverter.UInt64BitsToDouble(head.Argument))); break;
            case False or True: Kind = head.Info == True ? JsonTokenType.True : JsonTokenType.False; break;
            default: Kind = JsonTokenType.Null; break;
        }
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
}
