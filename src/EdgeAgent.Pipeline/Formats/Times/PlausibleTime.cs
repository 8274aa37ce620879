using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>Tells times that a device can mean from what an unset clock or a counter makes of itself.</summary>
internal static class PlausibleTime
{
    /// <summary>100,000,000 s: March 1973. Uptimes in milliseconds reach it after three years, in seconds never.</summary>
    private static readonly long Least = DateTime.UnixEpoch.AddSeconds(1e8).Ticks;

    private static readonly long NearTicks = TimeSpan.TicksPerDay;

    /// <summary>A device's clock may be wrong by years and its readings be of use; by more it was never set.</summary>
    private static readonly long FutureTicks = 3652 * TimeSpan.TicksPerDay;

    // Where NTP's 32 bits of seconds begin anew: what a device has that takes an empty answer for the time.
    private static readonly long NtpZero = new DateTime(2036, 2, 7, 6, 28, 16).Ticks;

    // Where a signed Unix time of 32 bits ends.
    private static readonly long UnixEnd = DateTime.UnixEpoch.AddSeconds(int.MaxValue).Ticks;

    /// <param name="ticks">The time.</param>
    /// <param name="arrivalTicks">
    /// When the message came. By a clock that was never set, or 0 for not known, nothing can be said of a device's: any time may be meant.
    /// </param>
    public static bool IsPlausible(long ticks, long arrivalTicks)
    {
        if (arrivalTicks < SteadyClock.Plausible) return true;
        var ahead = ticks - arrivalTicks;
        if (Math.Abs(ahead) <= NearTicks) return true;
        return ticks >= Least && ahead <= FutureTicks && !IsWithinDay(ticks, NtpZero) && !IsWithinDay(ticks, UnixEnd);
    }

    private static bool IsWithinDay(long ticks, long start) => ticks >= start && ticks - start < TimeSpan.TicksPerDay;
}
