namespace EdgeAgent.Pipeline.Detection.Windows.Joining;

/// <summary>
/// Finds which stretch of time belongs to one reading where nobody has said it. Devices send their channels in bursts, one an
/// interval, and the longest silence in an interval is what stands between two bursts: a stretch reaches from the middle of one
/// such silence to the middle of the next. So a message that is lost, or an agent that begins in the middle of a burst, costs one
/// reading and shifts none of those behind it. Where channels are spread evenly no silence stands out, and any interval will do.
/// </summary>
internal static class BurstPhase
{
    /// <summary>A pause beyond so many intervals says nothing of the silence between two bursts.</summary>
    private const double PauseIntervals = 1.5;

    /// <summary>Times that are longer ago tell nothing of when a channel comes next.</summary>
    private const int IntervalsBack = 3;

    /// <summary>The stretch around a reading's first value: from, and up to but without, two event times.</summary>
    /// <param name="first">Event time of that value.</param>
    /// <param name="times">When each channel came last, that value included; 0: never.</param>
    /// <param name="interval">Between two values of a channel; 0: unknown.</param>
    /// <param name="silence">What is known of the silence between two bursts, in ticks; 0: nothing. Followed slowly.</param>
    public static (long From, long To) Around(long first, ReadOnlySpan<long> times, long interval, ref long silence)
    {
        if (interval == 0) return (0, long.MaxValue);
        var burst = first;
        if (times.Length <= ChannelTimes.SortLimit) burst = Follow(first, times, interval, ref silence);
        if (silence == 0) return (first - interval + 1, first + interval);
        var from = burst - silence / 2;
        from += (first - from) / interval * interval;
        return (from, from + interval);
    }

    /// <summary>Follows the silence, and tells when the last burst began.</summary>
    private static long Follow(long first, ReadOnlySpan<long> times, long interval, ref long silence)
    {
        Span<long> recent = stackalloc long[times.Length];
        var (count, before) = (0, 0L);
        foreach (var time in times)
        {
            if (time < first) before = Math.Max(before, time);
            // Where in an interval the channel comes: of those that are still to come the last time tells.
            var age = first - time;
            if (age >= 0 && age < IntervalsBack * interval) recent[count++] = first - age % interval;
        }
        if (count <= 1 && first - before > PauseIntervals * interval) return first;
        recent = recent[..count];
        recent.Sort();
        var (longest, second, burst) = (interval - (recent[^1] - recent[0]), 0L, recent[0]);
        for (var i = 1; i < count; i++)
        {
            var gap = recent[i] - recent[i - 1];
            second = Math.Max(second, Math.Min(gap, longest));
            if (gap > longest) (longest, burst) = (gap, recent[i]);
        }
        if (2 * longest <= 3 * second)
            silence = silence < interval / 16 ? 0 : silence - silence / 8;
        else
            silence = silence == 0 || longest < silence ? longest : silence + (longest - silence) / 8;
        return burst;
    }
}
