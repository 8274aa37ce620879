namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>What is wrong with the places of a device's messages in its time.</summary>
internal enum PlacementTrouble
{
    None,
    /// <summary>Many of the last ones were late or ahead, and left out.</summary>
    LeftOutOften,
    /// <summary>Its clock is set back again and again.</summary>
    SetBackOften,
}

/// <summary>How many of a device's last messages had no place in its time. Belongs to its track.</summary>
internal struct PlacementShare
{
    /// <summary>The last one to two times so many messages count.</summary>
    private const int Messages = 50;
    private const int SetBackLimit = 3;
    private static readonly long SetBackWindowTicks = TimeSpan.FromMinutes(10).Ticks;

    private int _count, _out, _countBefore, _outBefore;
    private int _setBacks;
    private long _setBackTicks;

    public PlacementTrouble Trouble { get; private set; }

    /// <summary>Takes note of a message; whether <see cref="Trouble"/> changed.</summary>
    public bool Note(Arrival arrival, long arrivalTicks)
    {
        if (arrival == Arrival.Duplicate) return false;
        if (_count == Messages) (_countBefore, _outBefore, _count, _out) = (_count, _out, 0, 0);
        _count++;
        if (arrival is Arrival.Late or Arrival.Ahead) _out++;
        if ((ulong)(arrivalTicks - _setBackTicks) > (ulong)SetBackWindowTicks) (_setBacks, _setBackTicks) = (0, arrivalTicks);
        if (arrival == Arrival.ClockSetBack) _setBacks++;
        var before = Trouble;
        Trouble = _setBacks > SetBackLimit ? PlacementTrouble.SetBackOften
            : _countBefore > 0 && IsMany ? PlacementTrouble.LeftOutOften : PlacementTrouble.None;
        return Trouble != before;
    }

    /// <summary>More than one in five; it is over when there is less than one in ten.</summary>
    private readonly bool IsMany => (_out + _outBefore) * (Trouble == PlacementTrouble.None ? 5 : 10) > _count + _countBefore;
}
