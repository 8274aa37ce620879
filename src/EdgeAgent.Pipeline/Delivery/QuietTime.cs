namespace EdgeAgent.Pipeline.Delivery;

/// <summary>The pauses in which nothing is sent, longer each time until something is accepted. Under the lock of its owner.</summary>
/// <param name="time">What the pauses are measured by.</param>
/// <param name="onOver">Called when a pause is over, on a thread of the timer.</param>
internal sealed class QuietTime(TimeProvider time, Action onOver) : IDisposable
{
    private readonly ITimer _timer = time.CreateTimer(_ => onOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private long _until;
    private int _times;

    /// <summary>Whether nothing is to be sent now.</summary>
    public bool IsNow => _until != 0 && time.GetTimestamp() < _until;

    /// <summary>Something was accepted: the next pause is short again.</summary>
    public void Accepted() => _times = 0;

    /// <summary>Begins a pause, or begins it anew.</summary>
    /// <returns>How long it is.</returns>
    public TimeSpan Begin()
    {
        var pause = RefusalRules.QuietPause(_times++);
        _until = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
        return pause;
    }

    public void Dispose() => _timer.Dispose();
}
