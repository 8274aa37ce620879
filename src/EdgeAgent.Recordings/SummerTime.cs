namespace EdgeAgent.Recordings;

/// <summary>
/// The end of summer time in times without a zone: the clock goes back by an hour and on as usual. Left so, an hour would lie in
/// another, and half of its readings would be taken for repeats.
/// </summary>
internal static class SummerTime
{
    // In both halves of the year's clocks it happens at night.
    private static readonly TimeSpan Latest = TimeSpan.FromHours(4);
    private const int FallsLimit = 2;

    /// <summary>Puts what stands before such a fall an hour earlier.</summary>
    /// <param name="ticks">Each row's time, changed in place.</param>
    /// <param name="rows">The rows in the order of the file.</param>
    /// <returns>Where the last fall is; null: there is none, or more than a clock change explains.</returns>
    public static int? Undo(long[] ticks, int[] rows)
    {
        var step = UsualStep(ticks, rows);
        var falls = new List<int>();
        for (var i = 1; i < rows.Length; i++)
        {
            var moved = ticks[rows[i]] - ticks[rows[i - 1]];
            if (moved >= 0) continue;
            if (falls.Count == FallsLimit || !IsChange(moved, step, ticks[rows[i]])) return null;
            // A reading that came late, or a device among others, is followed by a leap forward.
            if (i + 1 < rows.Length && ticks[rows[i + 1]] - ticks[rows[i]] > TimeSpan.TicksPerHour / 2) return null;
            falls.Add(i);
        }
        foreach (var fall in falls)
            for (var i = 0; i < fall; i++) ticks[rows[i]] -= TimeSpan.TicksPerHour;
        return falls.Count > 0 ? falls[^1] : null;
    }

    /// <summary>An hour back and a step on, at night.</summary>
    private static bool IsChange(long moved, long step, long after) =>
        Math.Abs(moved - step + TimeSpan.TicksPerHour) <= Math.Max(step, TimeSpan.TicksPerMinute)
        && step < TimeSpan.TicksPerHour
        && after % TimeSpan.TicksPerDay < Latest.Ticks;

    private static long UsualStep(long[] ticks, int[] rows)
    {
        var steps = new List<long>(rows.Length);
        for (var i = 1; i < rows.Length; i++)
            if (ticks[rows[i]] > ticks[rows[i - 1]]) steps.Add(ticks[rows[i]] - ticks[rows[i - 1]]);
        if (steps.Count == 0) return 0;
        steps.Sort();
        return steps[steps.Count / 2];
    }
}
