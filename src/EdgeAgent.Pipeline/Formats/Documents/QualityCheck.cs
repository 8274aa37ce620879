using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>Whether a value is good, by what its row says of it: as OPC UA and OPC DA say it, or in words of the source's own.</summary>
internal sealed class QualityCheck(QualityOptions? options)
{
    /// <summary>OPC DA: the top two bits of a byte are good, the rest is detail.</summary>
    private const int LeastGoodDa = 192, MostGoodDa = 255;

    private readonly byte[][] _good = [.. (options?.Good ?? []).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether the quality at the reader is good; one that is null says nothing.</summary>
    public bool IsGood<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        // An object says it within, where another path may lead.
        if (reader.Kind is JsonTokenType.Null or JsonTokenType.StartObject) return true;
        if (_good.Length > 0) return IsListed(ref reader);
        return reader.Kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.String => IsGoodText(reader.Text),
            JsonTokenType.Number => reader.TryGetInt64(out var code) && code is 0 or (>= LeastGoodDa and <= MostGoodDa),
            _ => false,
        };
    }

    private static bool IsGoodText(ReadOnlySpan<byte> text) =>
        text.Length >= 4 && Ascii.EqualsIgnoreCase(text[..4], "good"u8);

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
