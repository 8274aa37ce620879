namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>A number of a binary format: whole as long as it fits, so that times keep their last digit.</summary>
internal readonly struct TokenNumber
{
    /// <summary>Up to here a double tells every whole number from its neighbours.</summary>
    private const double ExactLimit = 1L << 53;
    /// <summary>Of the longest number in digits: a double with its sign and exponent.</summary>
    public const int TextLimit = 32;

    private readonly long _whole;
    private readonly double _real;
    private readonly bool _isWhole;

    public TokenNumber(long whole) => (_whole, _isWhole) = (whole, true);

    public TokenNumber(double real) => _real = real;

    public static TokenNumber Of(ulong whole) => whole <= long.MaxValue ? new TokenNumber((long)whole) : new TokenNumber((double)whole);

    /// <summary>False: it is beyond a float.</summary>
    public bool TryGetSingle(out float value)
    {
        value = _isWhole ? _whole : (float)_real;
        return float.IsFinite(value);
    }

    /// <summary>False: it has decimals or is too large. Some languages write every number as a double.</summary>
    public bool TryGetInt64(out long value)
    {
        value = _whole;
        if (_isWhole) return true;
        if (Math.Abs(_real) > ExactLimit || _real != Math.Truncate(_real)) return false;
        value = (long)_real;
        return true;
    }

    public double AsDouble => _isWhole ? _whole : _real;

    /// <summary>Writes it in digits, into <see cref="TextLimit"/> bytes.</summary>
    public ReadOnlySpan<byte> Format(Span<byte> text)
    {
        // Keys are numbers to be short.
        if (_isWhole && _whole is >= 0 and <= 9)
        {
            text[0] = (byte)('0' + _whole);
            return text[..1];
        }
        var isWritten = TryGetInt64(out var whole) ? whole.TryFormat(text, out var length) : _real.TryFormat(text, out length);
        return isWritten ? text[..length] : [];
    }
}
