namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>
/// How far apart a device's readings usually arrive. Messages that come much faster say less of it than their number would:
/// a burst under its name is not its clock. One owner.
/// </summary>
internal struct ArrivalPace
{
    /// <summary>A reading counts for so much of what is usual.</summary>
    private const int Weight = 8;

    /// <summary>A pause counts as no more than a few usual ones, and this.</summary>
    private static readonly long PauseTicks = TimeSpan.FromMinutes(1).Ticks;

    private long _last, _usual;

    /// <summary>A reading that is the device's has arrived.</summary>
    public void Note(long arrivalTicks)
    {
        if (_last != 0 && arrivalTicks > _last)
        {
            var distance = Math.Min(arrivalTicks - _last, 4 * _usual + PauseTicks);
            _usual = _usual == 0 ? distance : _usual + (distance - _usual) / Weight;
        }
        _last = arrivalTicks;
    }

    /// <summary>From here on distances count again.</summary>
    public void GoOn(long arrivalTicks) => _last = arrivalTicks;

    /// <summary>Whether so many readings may have come in such a time: at twice the usual pace at most.</summary>
    /// <param name="readings">How many.</param>
    /// <param name="ticks">From the first of them to the last.</param>
    public readonly bool Allows(int readings, long ticks) => 2 * ticks >= readings * _usual;
}
