namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>One line of line protocol, cut into its parts; escapes are still in them.</summary>
internal readonly ref struct InfluxLine
{
    public ReadOnlySpan<byte> Measurement { get; private init; }
    /// <summary>Pairs with commas between, without the first comma.</summary>
    public ReadOnlySpan<byte> Tags { get; private init; }
    /// <summary>From the first field to the end of the payload; <see cref="InfluxFields"/> finds where they end.</summary>
    public ReadOnlySpan<byte> Fields { get; private init; }
    /// <summary>Empty: the line has none.</summary>
    public ReadOnlySpan<byte> Time { get; private init; }

    /// <summary>Leaves out empty lines and comments.</summary>
    public static ReadOnlySpan<byte> SkipToLine(ReadOnlySpan<byte> rest)
    {
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n\0"u8);
            if (rest.IsEmpty || rest[0] != '#') return rest;
            var end = rest.IndexOf((byte)'\n');
            rest = end < 0 ? [] : rest[end..];
        }
    }

    /// <summary>Takes a line off <paramref name="rest"/>; false: it is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out InfluxLine line)
    {
        line = default;
        var keyEnd = InfluxText.EndOf(rest, InfluxText.SeriesEnd);
        if (keyEnd <= 0 || keyEnd == rest.Length || rest[keyEnd] != ' ') return false;
        var key = rest[..keyEnd];
        var nameEnd = InfluxText.EndOf(key, InfluxText.TagEnd);
        if (nameEnd == 0) return false;
        var fields = new InfluxFields(rest[keyEnd..].TrimStart((byte)' '));
        var first = fields.Rest;
        var count = 0;
        while (fields.TryTake(out _, out _)) count++;
        if (count == 0 || !fields.IsAtEnd) return false;
        rest = fields.Rest;
        var end = rest.IndexOf((byte)'\n');
        var time = (end < 0 ? rest : rest[..end]).Trim(" \t\r\0"u8);
        rest = end < 0 ? [] : rest[(end + 1)..];
        line = new InfluxLine
        {
            Measurement = key[..nameEnd], Tags = nameEnd < key.Length ? key[(nameEnd + 1)..] : [], Fields = first, Time = time,
        };
        return true;
    }
}
