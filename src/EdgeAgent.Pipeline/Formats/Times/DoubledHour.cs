namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>
/// Tells the first from the second passing of the hour that the end of summer time doubles. A message that comes at once is
/// known by its arrival. A stored one is known by the device's own times: they go on, so when the hour seems to begin anew it
/// is the second.
/// </summary>
internal static class DoubledHour
{
    /// <summary>A message this near to one of the two is live; for the other it would be most of an hour late.</summary>
    private static readonly long LiveTicks = TimeSpan.FromMinutes(10).Ticks;

    /// <summary>A step back by less is a late reading.</summary>
    private static readonly long LatenessTicks = TimeSpan.FromMinutes(10).Ticks;

    public static long Choose(long earlier, long later, long lastTicks, long arrivalTicks)
    {
        if (arrivalTicks > 0 && Math.Abs(arrivalTicks - earlier) <= LiveTicks) return earlier;
        if (arrivalTicks > 0 && Math.Abs(arrivalTicks - later) <= LiveTicks) return later;
        return earlier < lastTicks - LatenessTicks ? later : earlier;
    }
}
