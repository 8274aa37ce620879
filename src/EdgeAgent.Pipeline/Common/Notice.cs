namespace EdgeAgent.Pipeline.Common;

/// <summary>How long what is over already is still spoken of: who did it may do it again.</summary>
internal static class Notice
{
    private static readonly TimeSpan Length = TimeSpan.FromHours(1);

    /// <summary>Whether something is to be spoken of; not where the clock was set back since by more than that.</summary>
    public static bool Holds(DateTimeOffset happened, DateTimeOffset now) => (now - happened).Duration() < Length;

    /// <param name="ticks">When it happened, UTC; 0: never.</param>
    /// <param name="now">The time.</param>
    public static bool Holds(long ticks, DateTimeOffset now) => ticks > 0 && Holds(new DateTimeOffset(ticks, TimeSpan.Zero), now);
}
