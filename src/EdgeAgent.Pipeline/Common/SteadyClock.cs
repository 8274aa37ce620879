namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// The wall clock as it was at the start, carried on by the monotonic one: what is measured by it does not notice that the
/// wall clock is set, back by a day or forward by ten years. For any thread.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>A time before this program was made is that of a clock that had not been set yet.</summary>
    public static readonly long Plausible = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>Nothing is kept for so long: what seems older tells of a clock that was set.</summary>
    public static readonly TimeSpan AgeLimit = TimeSpan.FromDays(3 * 365);

    /// <summary>The two clocks are not read at one instant, and a time service slews the one: by so little it has not been set.</summary>
    private static readonly long SetTicks = TimeSpan.FromMilliseconds(500).Ticks;

    private readonly long _startTicks = time.GetUtcNow().UtcTicks;
    private readonly long _start = time.GetTimestamp();
    private long _offsetTicks;

    /// <summary>Whether the wall clock is set by a time service.</summary>
    public bool IsSynced() => time is IWallClock wall ? wall.IsSet : ClockState.IsSynced();

    /// <summary>When it was made, as the wall clock said then.</summary>
    public long StartTicks => _startTicks;

    /// <summary>
    /// How far the wall clock has been set since. The same until it is set again, so that what is corrected by it twice is the same
    /// both times.
    /// </summary>
    public long OffsetTicks
    {
        get
        {
            var (now, known) = (time.GetUtcNow().UtcTicks - Ticks, Interlocked.Read(ref _offsetTicks));
            if (Math.Abs(now - known) < SetTicks) return known;
            // Of two that find it set at once the first decides.
            var before = Interlocked.CompareExchange(ref _offsetTicks, now, known);
            return before == known ? now : before;
        }
    }

    /// <summary>Now, UTC.</summary>
    public long Ticks => _startTicks + time.GetElapsedTime(_start).Ticks;

    /// <summary>
    /// How old something is that has been kept, perhaps since an earlier run with another idea of the time. What has no
    /// known age (<see cref="IsKnown"/>) counts from the start of this run, so that it is neither given up at once nor kept
    /// for ever.
    /// </summary>
    public TimeSpan AgeOf(long createdTicks) =>
        IsKnown(createdTicks) ? TimeSpan.FromTicks(Ticks - createdTicks) : time.GetElapsedTime(_start);

    /// <summary>
    /// Whether a time tells an age. One that lies in the future, dates from before the clock was set, or lay years back
    /// when this run began does not: then or now the clock was wrong.
    /// </summary>
    public bool IsKnown(long createdTicks) =>
        createdTicks <= Ticks && (createdTicks >= Plausible || _startTicks < Plausible) && _startTicks - createdTicks <= AgeLimit.Ticks;
}

/// <summary>A source of time that knows of its wall clock whether it is set; of others the kernel is asked.</summary>
internal interface IWallClock
{
    bool IsSet { get; }
}
