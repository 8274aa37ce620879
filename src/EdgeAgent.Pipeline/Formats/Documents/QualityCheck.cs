using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Whether a value is good, by what its row says of it: as OPC UA and OPC DA say it, or in words of the source's own. The two number it
/// the other way round: 0 is good in OPC UA and bad in OPC DA. Belongs to a decoder.
/// </summary>
internal sealed class QualityCheck(QualityOptions? options)
{
    /// <summary>OPC DA: the top two bits of a byte are good, the rest is detail; a byte before it is the maker's.</summary>
    private const int GoodDa = 192, MostDa = 255, MostWordDa = 0xffff;
    /// <summary>OPC UA: the top two bits of 32 are bad and uncertain.</summary>
    private const long LeastUncertainUa = 0x4000_0000;
    /// <summary>OPC UA: the kinds of good begin in the upper word.</summary>
    private const long LeastKindUa = 0x1_0000;

    private readonly byte[][] _good = [.. (options?.Good ?? []).Select(Encoding.UTF8.GetBytes)];
    private QualityCodes _codes = options?.Codes ?? QualityCodes.Auto;

    /// <summary>Whether the quality at the reader is good; one that is null says nothing.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="notes">Told when 0 turns out to be bad.</param>
    public bool IsGood<TReader>(ref TReader reader, DecodeNotes notes) where TReader : struct, ITokenReader, allows ref struct
    {
        // An object says it within, where another path may lead.
        if (reader.Kind is JsonTokenType.Null or JsonTokenType.StartObject) return true;
        if (_good.Length > 0) return IsListed(ref reader);
        return reader.Kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.String => IsGoodText(reader.Text, notes),
            JsonTokenType.Number => reader.TryGetInt64(out var code) && IsGoodCode(code, notes),
            _ => false,
        };
    }

    private bool IsGoodText(ReadOnlySpan<byte> text, DecodeNotes notes) =>
        Utf8Parser.TryParse(text, out long code, out var used) && used == text.Length
            ? IsGoodCode(code, notes) : text.Length >= 4 && Ascii.EqualsIgnoreCase(text[..4], "good"u8);

    private bool IsGoodCode(long code, DecodeNotes notes)
    {
        // Good, bad and uncertain in OPC UA are far above.
        if (_codes == QualityCodes.Auto && code is > 0 and <= MostDa)
        {
            _codes = QualityCodes.OpcDa;
            notes.HasOpcDaQuality = true;
        }
        return _codes switch
        {
            QualityCodes.OpcDa => code is >= 0 and <= MostWordDa && (code & GoodDa) == GoodDa,
            QualityCodes.OpcUa => code is >= 0 and < LeastUncertainUa,
            _ => code is 0 or (>= LeastKindUa and < LeastUncertainUa),
        };
    }

    private bool IsListed<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        Span<byte> number = stackalloc byte[24];
        ReadOnlySpan<byte> text = reader.Kind switch
        {
            JsonTokenType.True => "true"u8,
            JsonTokenType.False => "false"u8,
            JsonTokenType.String => reader.Text,
            JsonTokenType.Number when reader.TryGetInt64(out var code) && code.TryFormat(number, out var length) => number[..length],
            _ => [],
        };
        foreach (var good in _good)
            if (Ascii.EqualsIgnoreCase(text, good)) return true;
        return false;
    }
}
