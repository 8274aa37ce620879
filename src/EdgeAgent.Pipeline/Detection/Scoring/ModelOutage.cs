namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>
/// A model that takes too long for a run is left out for a while, and tried again after growing pauses: what it costs the lane stays a
/// small share, and one that was only held up by its machine comes back by itself. The lane writes, anyone may read.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ModelOutage(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    /// <summary>A model that was well for so long has had no more than a hiccup.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    private TimeSpan _pause = FirstPause;
    private long _until;
    private volatile string? _reason;

    /// <summary>Why nothing is judged with it; null: it is.</summary>
    public string? Reason => _reason;

    /// <summary>Overdue runs since the start.</summary>
    public int Count { get; private set; }

    /// <summary>How long it is left out now.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>Whether windows are not even gathered.</summary>
    public bool IsOut => _reason is not null && time.GetTimestamp() < _until;

    /// <summary>Whether it was left out a short while ago, though nothing may have asked for it since.</summary>
    public bool IsRecent => _reason is not null && !IsForgotten;

    private bool IsForgotten => time.GetElapsedTime(_until, time.GetTimestamp()) > ForgottenAfter;

    public void Begin(string reason)
    {
        if (Count > 0 && IsForgotten) _pause = FirstPause;
        (Count, Pause) = (Count + 1, _pause);
        _until = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _reason = reason;
    }

    /// <summary>
    /// A run has gone well. True: that ends an outage. The next one lasts longer all the same, unless it comes much later.
    /// </summary>
    public bool TryEnd()
    {
        if (_reason is null) return false;
        _reason = null;
        return true;
    }
}
