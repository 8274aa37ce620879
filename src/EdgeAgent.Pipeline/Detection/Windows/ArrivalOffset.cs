namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>
/// By how much the times of a device's last readings were ahead of their arrival, and whether that was always alike: then a reading
/// that is ahead by more has a wrong time. A backlog, or a recording that is played faster, is not alike. One owner.
/// </summary>
internal struct ArrivalOffset
{
    /// <summary>The last one to two times so many readings count.</summary>
    private const int Readings = 64;

    private static readonly long SteadySpreadTicks = TimeSpan.FromSeconds(10).Ticks;

    private long _most, _least, _mostBefore, _leastBefore;
    private int _count;
    private bool _hasBefore;

    /// <summary>The largest; 0 where none is known.</summary>
    public readonly long Most => _hasBefore ? Math.Max(_most, _mostBefore) : _count > 0 ? _most : 0;

    /// <summary>Whether many were alike.</summary>
    public readonly bool IsSteady => _hasBefore && Spread <= SteadySpreadTicks;

    /// <summary>Whether the last reading is the first of its part: whoever looks then only looks now and then.</summary>
    public readonly bool IsAtTurn => _count == 1;

    /// <summary>By how much they differ.</summary>
    public readonly long Spread => Most - Math.Min(_least, _hasBefore ? _leastBefore : _least);

    public void Note(long offsetTicks)
    {
        if (_count == Readings)
        {
            (_mostBefore, _leastBefore, _hasBefore) = (_most, _least, true);
            _count = 0;
        }
        _most = _count == 0 ? offsetTicks : Math.Max(_most, offsetTicks);
        _least = _count++ == 0 ? offsetTicks : Math.Min(_least, offsetTicks);
    }
}
