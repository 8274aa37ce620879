using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Windows.Joining;

/// <summary>
/// What a device has sent since its last reading, by the source's positions. Rules may name channels that no model needs, and of a
/// reading that is put together no row holds all.
/// </summary>
internal sealed class RuleValues
{
    private float[] _values = [];
    private ChannelNames _channels = ChannelNames.None;

    public ReadOnlySpan<float> Values => _values;

    /// <summary>Takes the values that a row has.</summary>
    public void Take(ReadOnlySpan<float> values, ChannelNames channels)
    {
        if (!ReferenceEquals(channels, _channels)) Follow(channels);
        for (var i = 0; i < Math.Min(values.Length, _values.Length); i++)
            if (!float.IsNaN(values[i])) _values[i] = values[i];
    }

    /// <summary>Puts a reading of the model's channels to their places.</summary>
    public void Put(ReadOnlySpan<float> row, ReadOnlySpan<int> positions)
    {
        for (var c = 0; c < row.Length; c++)
            if (positions[c] >= 0 && positions[c] < _values.Length) _values[positions[c]] = row[c];
    }

    public void Clear() => Array.Fill(_values, float.NaN);

    /// <summary>A source that discovers a channel appends it; one that was configured anew may have them in another order.</summary>
    private void Follow(ChannelNames channels)
    {
        var before = _values;
        _values = new float[channels.Count];
        Clear();
        for (var i = 0; i < before.Length; i++)
            if (channels.IndexOf(_channels.Names[i]) is >= 0 and var position) _values[position] = before[i];
        _channels = channels;
    }
}
