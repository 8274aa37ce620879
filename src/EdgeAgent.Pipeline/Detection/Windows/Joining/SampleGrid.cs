using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Windows.Joining;

/// <summary>The even times at which a device's last known values are a reading: multiples of the interval, UTC.</summary>
internal static class SampleGrid
{
    /// <summary>Finds the next time that is due before a value of <paramref name="timeTicks"/>; it counts as sampled then.</summary>
    /// <remarks>After a pause only times are due at which some value is not stale yet.</remarks>
    public static bool TryNext(ChannelJoiner joiner, long timeTicks, ReadingOptions reading, out long due)
    {
        var last = joiner.Times.Last;
        var (newest, oldest) = (0L, long.MaxValue);
        foreach (var time in last)
            (newest, oldest) = (Math.Max(newest, time), Math.Min(oldest, time));
        due = UpTo(Math.Max(joiner.Emitted + 1, newest), reading.Every.Ticks);
        if (newest == 0 || due >= timeTicks) return false;
        var isStale = due - newest > reading.Stale.Ticks;
        // A device that lacks a channel is told of once, not at each time of a pause.
        joiner.Emitted = isStale || oldest == 0 ? UpTo(timeTicks, reading.Every.Ticks) - reading.Every.Ticks : due;
        return !isStale;
    }

    /// <summary>Writes the values that are not stale at a time to <paramref name="row"/>.</summary>
    public static void Sample(DetectorTrack track, long atTicks, long staleTicks, Span<float> row)
    {
        var last = track.Joiner!.Times.Last;
        for (var c = 0; c < row.Length; c++)
            row[c] = last[c] > 0 && atTicks - last[c] <= staleTicks ? track.LastValues[c] : float.NaN;
    }

    /// <summary>The first multiple that is not before a time.</summary>
    private static long UpTo(long timeTicks, long every) => (timeTicks + every - 1) / every * every;
}
