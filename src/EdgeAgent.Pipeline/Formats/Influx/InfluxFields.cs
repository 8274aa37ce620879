namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>Takes the fields of a line one after the other. A text keeps its quotes; line breaks may stand within.</summary>
internal ref struct InfluxFields(ReadOnlySpan<byte> rest)
{
    private bool _hasMore = true;

    /// <summary>What has not been taken.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = rest;

    /// <summary>Whether the fields ended as they should; otherwise something in them is malformed.</summary>
    public readonly bool IsAtEnd => !_hasMore;

    /// <summary>False: there is no other, or what follows is none.</summary>
    public bool TryTake(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = [];
        if (!_hasMore) return false;
        var keyEnd = InfluxText.EndOf(Rest, InfluxText.FieldKeyEnd);
        if (keyEnd <= 0 || keyEnd == Rest.Length || Rest[keyEnd] != '=') return false;
        var after = Rest[(keyEnd + 1)..];
        var valueEnd = after is [(byte)'"', ..] ? EndOfText(after)
            : after.IndexOfAny(", \r\n"u8) is >= 0 and var stop ? stop : after.Length;
        if (valueEnd <= 0) return false;
        key = Rest[..keyEnd];
        value = after[..valueEnd];
        Rest = after[valueEnd..];
        if (Rest is [(byte)',', ..])
        {
            Rest = Rest[1..];
            return true;
        }
        _hasMore = false;
        return Rest.IsEmpty || Rest[0] is (byte)' ' or (byte)'\r' or (byte)'\n' or 0 || Malformed();
    }

    private bool Malformed()
    {
        _hasMore = true;
        Rest = [];
        return false;
    }

    /// <summary>Behind the closing quote; 0: there is none.</summary>
    private static int EndOfText(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '"') return at + 1;
        }
        return 0;
    }
}
