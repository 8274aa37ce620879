using System.Buffers.Text;
using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>Numbers that come as texts: "23.4", and as far as the source says so "23,4", "23.4 °C" and words.</summary>
internal sealed class TextValue
{
    /// <summary>What everybody understands by a switch; a source may say otherwise.</summary>
    private static readonly (string Word, float Value)[] Usual =
        [("on", 1), ("off", 0), ("true", 1), ("false", 0), ("online", 1), ("offline", 0)];

    private const int LengthLimit = 64;

    private readonly Utf8Map<float> _words = new();
    private readonly Utf8Map<float> _usual = new();
    private readonly bool _hasDecimalComma;
    private readonly bool _stripsUnits;

    public TextValue(PayloadOptions source)
    {
        (_hasDecimalComma, _stripsUnits) = (source.HasDecimalComma, source.StripsUnits);
        foreach (var (word, value) in source.Words)
            if (!_words.TryGet(Lower(word), out _)) _words.Add(Lower(word), value);
        foreach (var (word, value) in Usual)
            if (!_words.TryGet(Lower(word), out _)) _usual.Add(Lower(word), value);
    }

    /// <summary>The number that a text is.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="isWanted">Whether somebody asked for this value: only then words that the source does not name count.</param>
    /// <param name="value">The number.</param>
    public bool TryRead(ReadOnlySpan<byte> text, bool isWanted, out float value)
    {
        value = float.NaN;
        text = text.Trim(" \t\r\n\0"u8);
        if (text.Length is 0 or > LengthLimit) return false;
        if (PlainNumber.TryRead(text, out var plain))
        {
            value = (float)plain;
            return true;
        }
        return TryNumber(text, out value) || TryWord(text, isWanted, out value);
    }

    /// <summary>A number begins with one digit before the point unless that is all: "007" is a name.</summary>
    private bool TryNumber(ReadOnlySpan<byte> text, out float value)
    {
        Span<byte> copy = stackalloc byte[LengthLimit];
        text.CopyTo(copy);
        var number = copy[..text.Length];
        if (_hasDecimalComma) number.Replace((byte)',', (byte)'.');
        if (number[0] == '+') number = number[1..];
        value = float.NaN;
        if (number.IsEmpty) return false;
        var digits = number[0] == '-' ? number[1..] : number;
        if (digits.IsEmpty || (digits[0] != '.' && !IsDigit(digits[0]))) return false;
        if (digits.Length > 1 && digits[0] == '0' && IsDigit(digits[1])) return false;
        if (!Utf8Parser.TryParse(number, out double parsed, out var used)) return false;
        if (used < number.Length && !(_stripsUnits && IsUnit(number[used..]))) return false;
        value = (float)parsed;
        if (float.IsFinite(value)) return true;
        value = float.NaN;
        return false;
    }

    /// <summary>What follows a number, with or without a blank, and is none itself: "°C", "m/s", "%".</summary>
    private static bool IsUnit(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        return !rest.IsEmpty && !rest.ContainsAnyInRange((byte)'0', (byte)'9')
            && rest[0] is not ((byte)'.' or (byte)',' or (byte)':' or (byte)'-');
    }

    private bool TryWord(ReadOnlySpan<byte> text, bool isWanted, out float value)
    {
        Span<byte> copy = stackalloc byte[LengthLimit];
        for (var i = 0; i < text.Length; i++)
            copy[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        var word = copy[..text.Length];
        if (_words.TryGet(word, out value) || (isWanted && _usual.TryGet(word, out value))) return true;
        value = float.NaN;
        return false;
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static byte[] Lower(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        foreach (ref var b in bytes.AsSpan())
            if (b is >= (byte)'A' and <= (byte)'Z') b |= 0x20;
        return bytes;
    }
}
