namespace EdgeAgent.Pipeline;

/// <summary>
/// The wall clock as it was at the start, carried on by the monotonic one: what is measured by it does not notice that the
/// wall clock is set, back by a day or forward by ten years. For any thread.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>A time before this program was made is that of a clock that had not been set yet.</summary>
    private static readonly long Plausible = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly long _startTicks = time.GetUtcNow().UtcTicks;
    private readonly long _start = time.GetTimestamp();

    /// <summary>Now, UTC.</summary>
    public long Ticks => _startTicks + time.GetElapsedTime(_start).Ticks;

    /// <summary>
    /// How old something is that has been kept, perhaps since an earlier run with another idea of the time. What lies in the
    /// future, or dates from before the clock was set, has no known age: it counts from the start of this run, so that it
    /// is neither given up at once nor kept for ever.
    /// </summary>
    public TimeSpan AgeOf(long createdTicks)
    {
        var now = Ticks;
        var isKnown = createdTicks <= now && (createdTicks >= Plausible || now < Plausible);
        return isKnown ? TimeSpan.FromTicks(now - createdTicks) : time.GetElapsedTime(_start);
    }
}
