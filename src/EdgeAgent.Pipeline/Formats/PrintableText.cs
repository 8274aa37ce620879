using System.Text;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>What came from outside, as it may be shown: nothing of it begins a line of the log or moves a terminal's cursor.</summary>
internal static class PrintableText
{
    public static string Of(string text) => string.Create(text.Length, text, (span, t) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(t[i]) ? '?' : t[i];
    });

    /// <summary>The first bytes of it.</summary>
    public static string Of(ReadOnlySpan<byte> utf8, int bytesLimit) => utf8.Length <= bytesLimit
        ? Of(Encoding.UTF8.GetString(utf8)) : Of(Encoding.UTF8.GetString(utf8[..bytesLimit])) + "…";
}
