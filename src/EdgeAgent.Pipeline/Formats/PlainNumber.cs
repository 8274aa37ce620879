namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Reads numbers as sensors write them, a few digits with or without decimals, in a fraction of the time that any number takes. Gives
/// the same double: up to 15 digits and powers of ten are doubles exactly, so that one division rounds correctly.
/// </summary>
internal static class PlainNumber
{
    private const int DigitLimit = 15;

    private static ReadOnlySpan<double> PowersOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

    /// <summary>False: it has an exponent, more digits, or is no number of JSON at all.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var isNegative = text is [(byte)'-', ..];
        var digits = isNegative ? text[1..] : text;
        if (digits.Length is 0 or > DigitLimit + 1) return false;
        if (digits.Length > 1 && digits[0] == '0' && digits[1] != '.') return false;
        var (number, point) = (0L, digits.Length);
        for (var at = 0; at < digits.Length; at++)
        {
            var digit = (uint)(digits[at] - '0');
            if (digit <= 9) number = 10 * number + digit;
            else if (digits[at] == '.' && point == digits.Length) point = at;
            else return false;
        }
        var decimals = digits.Length - 1 - point;
        if (point == 0 || decimals == 0 || digits.Length - (decimals > 0 ? 1 : 0) > DigitLimit) return false;
        value = decimals > 0 ? number / PowersOfTen[decimals] : number;
        if (isNegative) value = -value;
        return true;
    }

    /// <summary>Whether a text is a number of JSON, of any length.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', ..]) text = text[1..];
        var whole = CountDigits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
        text = text[whole..];
        if (text is [(byte)'.', ..] && !TrySkipDigits(ref text, 1)) return false;
        if (text is [(byte)'e' or (byte)'E', ..] && !TrySkipDigits(ref text, text is [_, (byte)'+' or (byte)'-', ..] ? 2 : 1)) return false;
        return text.IsEmpty;
    }

    /// <summary>Skips digits and so many bytes before them; false: there are none.</summary>
    private static bool TrySkipDigits(ref ReadOnlySpan<byte> text, int before)
    {
        var count = CountDigits(text[before..]);
        text = text[(before + count)..];
        return count > 0;
    }

    private static int CountDigits(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : text.Length;
}
