namespace EdgeAgent.Pipeline.Common;

/// <summary>How often something may be told: some times at once, and then once in a while. One owner.</summary>
/// <param name="burst">Times at once.</param>
/// <param name="every">Distance of those that follow.</param>
internal struct Allowance(int burst, TimeSpan every)
{
    private long _fullTicks;

    /// <summary>Whether it may be told now; if so, that counts.</summary>
    /// <param name="nowTicks">The time, in ticks of whatever clock.</param>
    public bool TryTake(long nowTicks)
    {
        // A clock that was set back allows again.
        var limit = nowTicks + burst * every.Ticks;
        var next = Math.Max(nowTicks, _fullTicks > limit ? nowTicks : _fullTicks) + every.Ticks;
        if (next > limit) return false;
        _fullTicks = next;
        return true;
    }
}
