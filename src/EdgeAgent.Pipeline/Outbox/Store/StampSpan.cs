using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// A span of times that rows may carry, and whether they tell an age as the clock of this run stands. Where they do not, the
/// youngest row of the span counts as made now, and the others keep their distance to it: so ages go on over any number of
/// restarts, and nothing is given up for a clock that was wrong.
/// </summary>
/// <param name="From">The first time.</param>
/// <param name="To">The first time behind it.</param>
/// <param name="Reach">How far the youngest may lie before now; what lies farther back was stamped by another clock.</param>
internal readonly record struct StampSpan(long From, long To, long Reach)
{
    /// <summary>A clock that no time service has set does not tell how long the machine was off, beyond this.</summary>
    private static readonly long UnsyncedReach = TimeSpan.FromDays(1).Ticks;

    /// <summary>Clocks are put right by seconds all the time.</summary>
    private static readonly long Tolerance = TimeSpan.FromMinutes(1).Ticks;

    /// <summary>All spans: the one that this run's clock goes on from comes first.</summary>
    /// <param name="now">When this run began, by its clock.</param>
    /// <param name="isSynced">Whether a time service had set that.</param>
    public static StampSpan[] Of(long now, bool isSynced)
    {
        var future = now + Tolerance;
        // A clock that was never set begins at the same time with each start: what it stamped before lies ahead, and all of it moves.
        if (now < SteadyClock.Plausible)
            return [new(0, SteadyClock.Plausible, UnsyncedReach), new(SteadyClock.Plausible, long.MaxValue, 0)];
        var reach = isSynced ? SteadyClock.AgeLimit.Ticks : UnsyncedReach;
        return [new(SteadyClock.Plausible, future, reach), new(0, SteadyClock.Plausible, 0), new(future, long.MaxValue, 0)];
    }

    /// <summary>By how much the times of its rows are to be moved; 0: they are right.</summary>
    /// <param name="youngest">The latest of them.</param>
    /// <param name="now">As above.</param>
    public long Shift(long youngest, long now) => youngest > now + Tolerance || now - youngest > Reach ? now - youngest : 0;
}
