namespace EdgeAgent.Pipeline.Detection.Windows;

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

    /// <summary>Whether the device was found to be in trouble, and is since.</summary>
    public bool IsTrouble { get; private set; }

    /// <summary>Whether its clock is set back again and again.</summary>
    public readonly bool IsSetBackOften => _setBacks > SetBackLimit;

    /// <summary>Takes note of a message; whether <see cref="IsTrouble"/> changed.</summary>
    public bool Note(Arrival arrival, long arrivalTicks)
    {
        if (arrival == Arrival.Duplicate) return false;
        if (_count == Messages) (_countBefore, _outBefore, _count, _out) = (_count, _out, 0, 0);
        _count++;
        if (arrival is Arrival.Late or Arrival.Ahead) _out++;
        if ((ulong)(arrivalTicks - _setBackTicks) > (ulong)SetBackWindowTicks) (_setBacks, _setBackTicks) = (0, arrivalTicks);
        if (arrival == Arrival.ClockSetBack) _setBacks++;
        var before = IsTrouble;
        IsTrouble = IsSetBackOften || (_countBefore > 0 && IsMany(before));
        return IsTrouble != before;
    }

    /// <summary>More than one in five; it is over when there is less than one in ten.</summary>
    private readonly bool IsMany(bool isTrouble) => (_out + _outBefore) * (isTrouble ? 10 : 5) > _count + _countBefore;
}
