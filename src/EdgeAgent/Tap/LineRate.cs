namespace EdgeAgent.Tap;

/// <summary>Lets so many lines of each second through. No I/O; one owner at a time.</summary>
internal sealed class LineRate(int perSecond, TimeProvider time)
{
    private long _second;
    private int _lines;

    /// <summary>Lines that were not let through since the last one that was.</summary>
    public long Withheld { get; private set; }

    /// <summary>Whether a line may be shown now.</summary>
    /// <param name="withheld">How many before it were not.</param>
    public bool TryTake(out long withheld)
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        if (second != _second) (_second, _lines) = (second, 0);
        withheld = 0;
        if (_lines >= perSecond)
        {
            Withheld++;
            return false;
        }
        _lines++;
        (withheld, Withheld) = (Withheld, 0);
        return true;
    }
}
