using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>What came from outside, as it may be shown: nothing of it begins a line of the log or moves a terminal's cursor.</summary>
internal static class PrintableText
{
    private const int HexLimit = 24;

    /// <summary>How it begins; in hexadecimal where it is no text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int bytesLimit)
    {
        var isCut = bytes.Length > bytesLimit;
        var head = isCut ? bytes[..bytesLimit] : bytes;
        var text = head.TrimEnd((byte)0);
        if (text.IsEmpty || PayloadForms.IsText(text, isCut)) return VisibleText.Of(Encoding.UTF8.GetString(head)) + (isCut ? "…" : "");
        var shown = Math.Min(head.Length, HexLimit);
        return $"0x{Convert.ToHexStringLower(head[..shown])}{(shown < bytes.Length ? "…" : "")}";
    }
}
