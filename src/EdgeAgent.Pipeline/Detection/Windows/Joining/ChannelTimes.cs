namespace EdgeAgent.Pipeline.Detection.Windows.Joining;

/// <summary>When each channel of a device came last, and how often it comes. In event time.</summary>
internal sealed class ChannelTimes(int channels)
{
    /// <summary>Sorting more for each reading costs more than it is worth.</summary>
    public const int SortLimit = 256;

    public long[] Last { get; } = new long[channels];

    /// <summary>Between two values of a channel, followed slowly; 0: it has not come twice.</summary>
    public long[] Intervals { get; } = new long[channels];

    /// <summary>Of the usual channel: half of them come as often or more often; 0: none has come twice.</summary>
    public long Interval
    {
        get
        {
            if (Intervals.Length > SortLimit) return Intervals.Max();
            // One that is slow, and one that has stumbled once, must not decide for all.
            Span<long> known = stackalloc long[Intervals.Length];
            var count = 0;
            foreach (var interval in Intervals)
                if (interval > 0) known[count++] = interval;
            known = known[..count];
            known.Sort();
            return count == 0 ? 0 : known[count / 2];
        }
    }

    /// <summary>A channel has a value of this time, which is not older than its last one.</summary>
    public void Take(int channel, long timeTicks)
    {
        var (last, interval) = (Last[channel], Intervals[channel]);
        Last[channel] = timeTicks;
        var passed = timeTicks - last;
        if (last == 0 || passed <= 0) return;
        // A pause says little, two values close together say more: an interval too long only delays a reading.
        Intervals[channel] = interval == 0 ? passed
            : passed < interval ? interval - (interval - passed) / 4
            : interval + (Math.Min(passed, 2 * interval) - interval) / 8;
    }

    public void Clear()
    {
        Array.Clear(Last);
        Array.Clear(Intervals);
    }
}
