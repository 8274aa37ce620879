namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>The time of a reading.</summary>
/// <param name="Ticks">UTC.</param>
/// <param name="LaterTicks">Where the wall clock shows the hour twice when summer time ends: the second time; else 0.</param>
internal readonly record struct EventMoment(long Ticks, long LaterTicks = 0)
{
    /// <summary>Whether it takes a device's earlier times to know which of the two it is.</summary>
    public bool IsDoubled => LaterTicks != 0;

    /// <summary>The time, once the device is known.</summary>
    /// <param name="lastTicks">Its latest time; 0: none yet.</param>
    /// <param name="arrivalTicks">When the message came; 0: not known.</param>
    public long Resolve(long lastTicks, long arrivalTicks) =>
        IsDoubled ? DoubledHour.Choose(Ticks, LaterTicks, lastTicks, arrivalTicks) : Ticks;
}
