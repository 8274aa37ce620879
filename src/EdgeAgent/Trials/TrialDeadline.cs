namespace EdgeAgent.Trials;

/// <summary>
/// Ends what takes longer than it may, however much it says meanwhile. A limit that runs out in the moment in which it is taken back
/// counts for nothing that begins later.
/// </summary>
internal sealed class TrialDeadline : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private readonly Action _end;
    private long _until = long.MaxValue;
    private bool _isOver;

    /// <param name="end">Ends it; called once at most, on a thread of its own.</param>
    public TrialDeadline(Action end)
    {
        _end = end;
        _timer = new Timer(_ => Look());
    }

    /// <summary>From here on it may take so long.</summary>
    public void Begin(TimeSpan limit)
    {
        lock (_gate)
        {
            _until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It has come in time; false: it is ended already.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            _until = long.MaxValue;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return !_isOver;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var left = _until - Environment.TickCount64;
            if (left > 0)
            {
                // It was taken back, or set anew, after the timer had begun; or the timer came a moment early.
                if (_until != long.MaxValue) _timer.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
                return;
            }
            _isOver = true;
        }
        _end();
    }
}
