using System.Text;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>What came from outside, as it may be shown: nothing of it begins a line of the log or moves a terminal's cursor.</summary>
internal static class PrintableText
{
    private const int HexLimit = 24;

    public static string Of(string text) => string.Create(text.Length, text, (span, t) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(t[i]) ? '?' : t[i];
    });

    /// <summary>How it begins; in hexadecimal where it is no text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int bytesLimit)
    {
        var isCut = bytes.Length > bytesLimit;
        var head = isCut ? bytes[..bytesLimit] : bytes;
        var text = head.TrimEnd((byte)0);
        if (text.IsEmpty || PayloadForms.IsText(text, isCut)) return Of(Encoding.UTF8.GetString(head)) + (isCut ? "…" : "");
        var shown = Math.Min(head.Length, HexLimit);
        return $"0x{Convert.ToHexStringLower(head[..shown])}{(shown < bytes.Length ? "…" : "")}";
    }
}
