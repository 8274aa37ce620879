using System.Diagnostics;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>
/// A model that takes too long for a run is left out for a while, and tried again after growing pauses: what it costs the lane stays a
/// small share, and one that was only held up by its machine comes back by itself. The lane writes, anyone may read.
/// </summary>
internal sealed class ModelOutage
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

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
    public bool IsOut => _reason is not null && Stopwatch.GetTimestamp() < _until;

    public void Begin(string reason)
    {
        (Count, Pause) = (Count + 1, _pause);
        _until = Stopwatch.GetTimestamp() + (long)(_pause.TotalSeconds * Stopwatch.Frequency);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _reason = reason;
    }

    /// <summary>A run has gone well. True: that ends an outage. The next one lasts longer all the same.</summary>
    public bool TryEnd()
    {
        if (_reason is null) return false;
        _reason = null;
        return true;
    }
}
