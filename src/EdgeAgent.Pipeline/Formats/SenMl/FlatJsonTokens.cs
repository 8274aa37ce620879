using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>
/// Reads a list of flat objects in JSON, as nearly every pack is, faster than a reader of any JSON can. At whatever else, and
/// at whatever may be wrong, it stops and says so: then <see cref="Json.JsonTokens"/> is to read the payload from its start.
/// </summary>
/// <param name="json">UTF-8.</param>
internal ref struct FlatJsonTokens(ReadOnlySpan<byte> json) : ITokenReader
{
    /// <summary>What ends a text, or makes it one that is not plain.</summary>
    private static readonly SearchValues<byte> TextEnds =
        SearchValues.Create([.. "\"\\"u8, .. Enumerable.Range(0, ' ').Select(b => (byte)b)]);

    private static readonly SearchValues<byte> NumberEnds = SearchValues.Create(",} \n\r\t"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;
    private double _number;
    /// <summary>Whether <see cref="_number"/> is the number at the reader.</summary>
    private bool _isPlain;

    public JsonTokenType Kind { get; private set; }

    public readonly bool IsTime => false;

    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Whether the payload is something else; what has been read of it means nothing then.</summary>
    public bool IsOther { get; private set; }

    public bool Read()
    {
        SkipBlanks();
        switch (Kind)
        {
            case JsonTokenType.PropertyName: return ReadValue();
            case JsonTokenType.StartObject: return TryEnd(JsonTokenType.EndObject, (byte)'}') || ReadName();
            case JsonTokenType.EndObject: return TryEnd(JsonTokenType.EndArray, (byte)']') || (TakesComma() && ReadRecord());
            case JsonTokenType.StartArray: return TryEnd(JsonTokenType.EndArray, (byte)']') || ReadRecord();
            case JsonTokenType.EndArray: return _at < _json.Length && Stop();
            case JsonTokenType.None: return !IsOther && (TryTake((byte)'[') ? At(JsonTokenType.StartArray) : Stop());
            default: return TryEnd(JsonTokenType.EndObject, (byte)'}') || (TakesComma() && ReadName());
        }
    }

    /// <summary>Values are flat, and the list is never skipped.</summary>
    public readonly void Skip()
    {
    }

    public readonly bool TryGetSingle(out float value)
    {
        var isRead = TryGetDouble(out var number);
        value = (float)number;
        return isRead;
    }

    public readonly bool TryGetInt64(out long value) => Utf8Parser.TryParse(Text, out value, out var used) && used == Text.Length;

    public readonly bool TryGetDouble(out double value)
    {
        value = _number;
        return _isPlain || Utf8Parser.TryParse(Text, out value, out _);
    }

    private bool ReadRecord() => TryTake((byte)'{') ? At(JsonTokenType.StartObject) : Stop();

    private bool ReadName()
    {
        if (!TryTakeText()) return Stop();
        SkipBlanks();
        return TryTake((byte)':') ? At(JsonTokenType.PropertyName) : Stop();
    }

    private bool ReadValue()
    {
        if (_at == _json.Length) return Stop();
        switch (_json[_at])
        {
            case (byte)'"': return TryTakeText() ? At(JsonTokenType.String) : Stop();
            case (byte)'t': return TryTakeWord("true"u8) ? At(JsonTokenType.True) : Stop();
            case (byte)'f': return TryTakeWord("false"u8) ? At(JsonTokenType.False) : Stop();
            default: return TryTakeNumber() ? At(JsonTokenType.Number) : Stop();
        }
    }

    private bool TryTakeText()
    {
        if (!TryTake((byte)'"')) return false;
        var rest = _json[_at..];
        var length = rest.IndexOfAny(TextEnds);
        if (length < 0 || rest[length] != '"') return false;
        Text = rest[..length];
        _at += length + 1;
        return true;
    }

    private bool TryTakeNumber()
    {
        var rest = _json[_at..];
        var length = rest.IndexOfAny(NumberEnds);
        if (length < 0) return false;
        Text = rest[..length];
        _at += length;
        _isPlain = PlainNumber.TryRead(Text, out _number);
        return _isPlain || PlainNumber.IsNumber(Text);
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!_json[_at..].StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    private bool TryTake(byte wanted)
    {
        if (_at == _json.Length || _json[_at] != wanted) return false;
        _at++;
        return true;
    }

    private bool TakesComma()
    {
        if (!TryTake((byte)',')) return Stop();
        SkipBlanks();
        return true;
    }

    private bool TryEnd(JsonTokenType kind, byte last) => TryTake(last) && At(kind);

    private void SkipBlanks()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
    }

    private bool At(JsonTokenType kind)
    {
        Kind = kind;
        return true;
    }

    private bool Stop()
    {
        (Kind, IsOther) = (JsonTokenType.None, true);
        return false;
    }
}
