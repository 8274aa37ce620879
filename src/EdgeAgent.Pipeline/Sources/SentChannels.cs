using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>Which channels of its source a device has sent values of. A bit a channel, grown with the source; one owner.</summary>
internal sealed class SentChannels
{
    private ulong[] _bits = [];

    /// <summary>Takes note of a row; NaN where it has no value.</summary>
    public void Note(ReadOnlySpan<float> values)
    {
        var words = (values.Length + 63) / 64;
        if (_bits.Length < words) Array.Resize(ref _bits, words);
        for (var i = 0; i < values.Length; i++)
            if (!float.IsNaN(values[i])) _bits[i >> 6] |= 1UL << (i & 63);
    }

    public bool Contains(int channel) => channel >> 6 < _bits.Length && (_bits[channel >> 6] & (1UL << (channel & 63))) != 0;

    public List<string> Names(ChannelNames channels) => [.. channels.Names.Where((_, i) => Contains(i))];
}
