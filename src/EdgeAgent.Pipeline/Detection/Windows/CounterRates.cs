using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>
/// What a model sees of a device with counters: of those the rise a second, of its other channels the values. A count that goes back began
/// anew, and one that is missing says nothing: the rate before stands in for both. One owner at a time; allocates nothing.
/// </summary>
internal sealed class CounterRates
{
    private readonly int[] _counters;
    private readonly float[] _before;
    private readonly long[] _beforeTicks;
    private readonly float[] _row;

    /// <param name="channels">Channels of a reading.</param>
    /// <param name="counters">Which of them count, in order.</param>
    public CounterRates(int channels, int[] counters)
    {
        _counters = counters;
        (_before, _beforeTicks, _row) = (new float[channels], new long[channels], new float[channels]);
        Array.Fill(_before, float.NaN);
        Array.Fill(_row, float.NaN);
    }

    /// <summary>Null where the model has no counter.</summary>
    public static CounterRates? Of(BundleManifest manifest) =>
        !manifest.Channels.Exists(c => c.Counts == true) ? null
        : new CounterRates(
            manifest.Channels.Count,
            [.. Enumerable.Range(0, manifest.Channels.Count).Where(c => manifest.Channels[c].Counts == true)]);

    /// <summary>The reading as the model sees it.</summary>
    public float[] Row => _row;

    /// <summary>Takes in a reading; false where a counter has not risen yet, for then its rate is not known.</summary>
    /// <param name="values">Last known value of each channel.</param>
    /// <param name="missingFor">For how many readings each has been missing.</param>
    /// <param name="timeTicks">Event time.</param>
    public bool Take(ReadOnlySpan<float> values, ReadOnlySpan<int> missingFor, long timeTicks)
    {
        var next = 0;
        for (var c = 0; c < _row.Length; c++)
            if (next < _counters.Length && _counters[next] == c) next++;
            else _row[c] = values[c];
        var isKnown = true;
        foreach (var c in _counters)
        {
            var seconds = (timeTicks - _beforeTicks[c]) / (double)TimeSpan.TicksPerSecond;
            if (missingFor[c] == 0)
            {
                if (values[c] >= _before[c] && seconds > 0) _row[c] = (float)(((double)values[c] - _before[c]) / seconds);
                (_before[c], _beforeTicks[c]) = (values[c], timeTicks);
            }
            isKnown &= !float.IsNaN(_row[c]);
        }
        return isKnown;
    }

    /// <summary>Goes on behind a restart.</summary>
    /// <param name="values">Last known value of each channel.</param>
    /// <param name="missingFor">For how many readings each has been missing: when such a one was counted is not kept, so that its rate stays
    /// until it has been counted twice.</param>
    /// <param name="timeTicks">When the others came.</param>
    /// <param name="newest">The newest reading as the model saw it; empty where there is none.</param>
    public void Resume(ReadOnlySpan<float> values, ReadOnlySpan<int> missingFor, long timeTicks, ReadOnlySpan<float> newest)
    {
        for (var c = 0; c < values.Length; c++)
            _before[c] = missingFor[c] == 0 ? values[c] : float.NaN;
        Array.Fill(_beforeTicks, timeTicks);
        newest.CopyTo(_row);
    }
}
