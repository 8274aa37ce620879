using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Ends the connection when a publish is not acknowledged in time. One timer for all: it goes off once in a while, not once an
/// event. For any thread.
/// </summary>
internal sealed class AckTimer : IDisposable
{
    private readonly PublishesUnderWay _underWay;
    private readonly TimeSpan _timeout;
    private readonly Action<ConnectionException> _end;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private int _isSet;

    public AckTimer(PublishesUnderWay underWay, TimeSpan timeout, Action<ConnectionException> end, TimeProvider time)
    {
        (_underWay, _timeout, _end, _time) = (underWay, timeout, end, time);
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes that something was published.</summary>
    public void Set() => Set(_timeout);

    public void Dispose() => _timer.Dispose();

    private void Set(TimeSpan after)
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0) _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void Check()
    {
        Volatile.Write(ref _isSet, 0);
        if (_underWay.OldestSentAt() is not { } sentAt) return;
        var left = _timeout - _time.GetElapsedTime(sentAt);
        if (left > TimeSpan.Zero) Set(left);
        else _end(new ConnectionException(ConnectionFault.Lost,
            $"a publish was not acknowledged within {_timeout.TotalSeconds:0.#} s (upstream.ack_timeout)"));
    }
}
