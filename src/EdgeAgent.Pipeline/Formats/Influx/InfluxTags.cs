namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>Takes the tags of a line one after the other, as they are written; what has no value is none.</summary>
internal ref struct InfluxTags(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>False: there is no other.</summary>
    public bool TryTake(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        while (!_rest.IsEmpty)
        {
            var end = InfluxText.EndOf(_rest, InfluxText.TagEnd);
            var tag = _rest[..end];
            _rest = end < _rest.Length ? _rest[(end + 1)..] : [];
            var keyEnd = InfluxText.EndOf(tag, InfluxText.TagKeyEnd);
            if (keyEnd == tag.Length) continue;
            key = tag[..keyEnd];
            value = tag[(keyEnd + 1)..];
            return true;
        }
        key = value = [];
        return false;
    }
}
