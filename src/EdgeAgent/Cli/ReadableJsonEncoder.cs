using System.Text.Encodings.Web;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Cli;

/// <summary>
/// Leaves names and units in JSON as they are, for it is never put into a web page. What would move a terminal's cursor or turn the
/// order of letters around is written as <c>\uXXXX</c>.
/// </summary>
internal sealed unsafe class ReadableJsonEncoder : JavaScriptEncoder
{
    private const int EscapeLength = 6;

    public static ReadableJsonEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => UnsafeRelaxedJsonEscaping.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) =>
        IsHidden(unicodeScalar) || UnsafeRelaxedJsonEscaping.WillEncode(unicodeScalar);

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var first = UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncode(text, textLength);
        var end = first < 0 ? textLength : first;
        for (var i = 0; i < end; i++)
            if (VisibleText.IsHidden(text[i])) return i;
        return first;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (!IsHidden(unicodeScalar) || UnsafeRelaxedJsonEscaping.WillEncode(unicodeScalar))
            return UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(
                unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        numberOfCharactersWritten = 0;
        if (bufferLength < EscapeLength) return false;
        $"\\u{unicodeScalar:x4}".CopyTo(new Span<char>(buffer, bufferLength));
        numberOfCharactersWritten = EscapeLength;
        return true;
    }

    private static bool IsHidden(int unicodeScalar) => unicodeScalar <= char.MaxValue && VisibleText.IsHidden((char)unicodeScalar);
}
