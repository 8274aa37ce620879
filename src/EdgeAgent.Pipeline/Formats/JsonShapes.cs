namespace EdgeAgent.Pipeline.Formats;

/// <summary>Tells JSON from what looks like it, by its quotes, its brackets and the beginnings of its numbers.</summary>
internal static class JsonShapes
{
    /// <param name="text">Begins with a bracket.</param>
    /// <param name="isCut">Whether more of it follows.</param>
    public static PayloadForm Of(ReadOnlySpan<byte> text, bool isCut)
    {
        var (depth, previous) = (0, (byte)0);
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            switch (b)
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    continue;
                case (byte)'\'' when previous is (byte)'{' or (byte)'[' or (byte)',' or (byte)':':
                    return PayloadForm.SingleQuotes;
                case (byte)'"':
                    i = EndOfText(text, i);
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                default:
                    if (previous is not ((byte)':' or (byte)',' or (byte)'[')) break;
                    if (NumberForm(text[i..], isMember: previous == ':') is { } form) return form;
                    break;
            }
            previous = b;
        }
        return depth == 0 || isCut ? PayloadForm.Json : PayloadForm.CutJson;
    }

    /// <summary>What is wrong with a value that is no text; null: nothing.</summary>
    /// <param name="value">Begins with it.</param>
    /// <param name="isMember">Whether a name stands before it, so that no number may follow its comma.</param>
    private static PayloadForm? NumberForm(ReadOnlySpan<byte> value, bool isMember)
    {
        if (value[0] == '-') value = value[1..];
        var digits = Digits(value);
        if (digits == 0) return null;
        if (digits > 1 && value[0] == '0') return PayloadForm.LeadingZero;
        var isComma = isMember && digits + 1 < value.Length && value[digits] == ',' && Digits(value[(digits + 1)..]) > 0;
        return isComma ? PayloadForm.DecimalComma : null;
    }

    private static int Digits(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? value.Length : end;
    }

    private static int EndOfText(ReadOnlySpan<byte> text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i;
        }
        return text.Length;
    }
}
