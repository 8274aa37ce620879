namespace EdgeAgent.Pipeline.Gpio;

/// <summary>Believes a level when it has stood for a while; the first one at once. No clock of its own.</summary>
internal sealed class Debounce(TimeSpan span)
{
    private TimeSpan _since;
    private bool _isChanging;

    public bool? Level { get; private set; }

    /// <summary>Takes a look at the line; whether the believed level changed.</summary>
    public bool Take(bool level, TimeSpan now)
    {
        if (Level == level)
        {
            _isChanging = false;
            return false;
        }
        if (Level is not null && !_isChanging) (_isChanging, _since) = (true, now);
        if (Level is not null && now - _since < span) return false;
        (Level, _isChanging) = (level, false);
        return true;
    }

    public void Forget() => (Level, _isChanging) = (null, false);
}
