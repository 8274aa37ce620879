namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// Since when something is there and when it was last heard of, so that where room is short it is found who may go. Times are of
/// arrival, by a clock that nobody sets; where nobody knows them, nobody may go. One owner.
/// </summary>
internal struct Presence
{
    private const int UsualDistances = 4;
    /// <summary>Whoever was heard of since then stays, whatever comes.</summary>
    private static readonly long IdleLimit = TimeSpan.FromSeconds(10).Ticks;

    private long _first;
    private long _times;

    /// <summary>When it was last heard of; 0: never.</summary>
    public long LastTicks { get; private set; }

    /// <summary>From when it was first heard of to when it was last.</summary>
    public readonly long LifeTicks => LastTicks - _first;

    public void Note(long ticks)
    {
        if (_times++ == 0 || ticks < _first) _first = ticks;
        LastTicks = ticks;
    }

    /// <summary>Whether it is silent for longer than it usually is.</summary>
    public readonly bool MayGo(long nowTicks)
    {
        var idle = nowTicks - LastTicks;
        return idle >= IdleLimit && (_times < 2 || idle >= UsualDistances * ((LastTicks - _first) / (_times - 1)));
    }

    /// <summary>
    /// How soon it should go: how long it is silent, measured by how long it was heard of. What came once goes before what was there
    /// for days, though that may be silent since last night.
    /// </summary>
    public readonly double Rank(long nowTicks) => (double)(nowTicks - LastTicks) / (LastTicks - _first + IdleLimit);
}
