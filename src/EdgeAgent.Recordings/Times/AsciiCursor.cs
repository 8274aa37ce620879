namespace EdgeAgent.Recordings.Times;

/// <summary>Takes digits, words and marks off the front of a text.</summary>
internal ref struct AsciiCursor(ReadOnlySpan<byte> text)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    public readonly bool IsEmpty => Rest.IsEmpty;

    /// <summary>The byte in front; 0 at the end.</summary>
    public readonly byte Next => Rest.IsEmpty ? (byte)0 : Rest[0];

    public readonly bool StartsWithDigit => char.IsAsciiDigit((char)Next);

    public readonly bool StartsWithLetter => char.IsAsciiLetter((char)Next);

    public void Skip(int bytes) => Rest = Rest[bytes..];

    public bool Take(byte mark)
    {
        if (Next != mark || Rest.IsEmpty) return false;
        Rest = Rest[1..];
        return true;
    }

    public bool Take(ReadOnlySpan<byte> literal)
    {
        if (!Rest.StartsWith(literal)) return false;
        Rest = Rest[literal.Length..];
        return true;
    }

    public bool SkipBlanks()
    {
        var length = Rest.Length;
        Rest = Rest.TrimStart((byte)' ');
        return Rest.Length < length;
    }

    /// <summary>Takes as many digits as there are, at most <paramref name="most"/>; false where there are fewer than the least.</summary>
    public bool TryDigits(int least, int most, out int value)
    {
        value = 0;
        var count = 0;
        for (; count < most && count < Rest.Length && (uint)(Rest[count] - '0') <= 9; count++)
            value = 10 * value + (Rest[count] - '0');
        Rest = Rest[count..];
        return count >= least;
    }

    /// <summary>Takes letters, none where there are none.</summary>
    public ReadOnlySpan<byte> Word(int most = int.MaxValue)
    {
        var count = 0;
        while (count < most && count < Rest.Length && char.IsAsciiLetter((char)Rest[count])) count++;
        var word = Rest[..count];
        Rest = Rest[count..];
        return word;
    }
}
