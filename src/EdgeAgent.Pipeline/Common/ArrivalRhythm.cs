namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// How often something usually comes, so that one can tell when it no longer does. One owner writes; others may read a moment late.
/// Times are UTC ticks by the wall clock.
/// </summary>
internal struct ArrivalRhythm
{
    private const int CountNeeded = 20;
    private const int MeanOver = 64;
    /// <summary>A silence of so many usual distances is one.</summary>
    private const int MeanLimit = 30;
    private static readonly long Known = TimeSpan.FromMinutes(10).Ticks;
    private static readonly long Shortest = TimeSpan.FromMinutes(1).Ticks;
    private static readonly long LargestFor = TimeSpan.FromHours(1).Ticks;

    private long _first;
    private long _largest;
    private long _largestTicks;
    private int _count;

    /// <summary>When something came last; 0: nothing has.</summary>
    public long LastTicks { get; private set; }

    /// <summary>The usual distance.</summary>
    public long MeanTicks { get; private set; }

    public void Note(long ticks)
    {
        var gap = ticks - LastTicks;
        LastTicks = ticks;
        // A clock that was set back begins anew.
        if (_count == 0 || gap < 0) (_first, _count, MeanTicks, _largest) = (ticks, 1, 0, 0);
        if (_count < int.MaxValue) _count++;
        if (_count <= 2) return;
        MeanTicks += (gap - MeanTicks) / Math.Min(_count - 2, MeanOver);
        if (gap >= _largest || ticks - _largestTicks > LargestFor) (_largest, _largestTicks) = (gap, ticks);
    }

    /// <summary>
    /// For how long nothing has come, once that is unusual: longer than <paramref name="limit"/>, or, where nobody has said, than a
    /// minute, thirty usual distances and one and a half times the largest of the last hour. 0: it is not.
    /// </summary>
    public readonly long SilentTicks(long nowTicks, TimeSpan? limit)
    {
        var silent = nowTicks - LastTicks;
        if (limit is { } told) return _count > 0 && told > TimeSpan.Zero && silent > told.Ticks ? silent : 0;
        // What came for less than a minute may have been one burst; of the first ten minutes nothing is said.
        if (_count < CountNeeded || LastTicks - _first < Shortest || nowTicks - _first < Known) return 0;
        return silent > Math.Max(Shortest, Math.Max(MeanLimit * MeanTicks, _largest + _largest / 2)) ? silent : 0;
    }
}
