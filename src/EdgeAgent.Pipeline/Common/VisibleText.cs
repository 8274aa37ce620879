using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Text from outside as it may be shown. Whatever would begin a line, move a terminal's cursor or turn the order of letters around is
/// written out instead: <c>\n</c>, <c>\x1b</c>, <c>\u2028</c>.
/// </summary>
internal static class VisibleText
{
    /// <summary>The longest thing that is written for one character.</summary>
    private const int EscapeLength = 6;

    /// <summary>Controls of both sets (C0, DEL and C1), separators of lines and paragraphs, marks of writing direction.</summary>
    private static readonly SearchValues<char> Hidden = SearchValues.Create(
        [
            .. Between('\u0000', '\u001f'), .. Between('\u007f', '\u009f'), '\u061c', .. Between('\u200e', '\u200f'),
            .. Between('\u2028', '\u202e'), .. Between('\u2066', '\u2069'),
        ]);

    /// <summary>Whether any of it would have to be written out.</summary>
    public static bool IsHidden(char c) => Hidden.Contains(c);

    /// <summary>All of it.</summary>
    public static string Of(string text) => text.AsSpan().ContainsAny(Hidden) ? Write(text, int.MaxValue) : text;

    /// <summary>So much of its beginning as has room, cut between two characters, and how many are left out.</summary>
    /// <param name="text">What is to be shown.</param>
    /// <param name="bytesLimit">Room in UTF-8, for what is shown of it.</param>
    public static string Cut(string text, int bytesLimit) =>
        text.Length * EscapeLength <= bytesLimit ? Of(text) : Write(text, bytesLimit);

    private static string Write(string text, int bytesLimit)
    {
        var shown = new StringBuilder(Math.Min(text.Length, bytesLimit));
        var (taken, bytes) = (0, 0);
        // A half of a pair becomes U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            var escape = rune.IsBmp && Hidden.Contains((char)rune.Value) ? Escape((char)rune.Value) : null;
            bytes += escape?.Length ?? rune.Utf8SequenceLength;
            if (bytes > bytesLimit) return shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length - taken} more)").ToString();
            if (escape is not null) shown.Append(escape);
            else shown.Append(CultureInfo.InvariantCulture, $"{rune}");
            taken += rune.Utf16SequenceLength;
        }
        return shown.ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < '\u0100' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    private static IEnumerable<char> Between(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
