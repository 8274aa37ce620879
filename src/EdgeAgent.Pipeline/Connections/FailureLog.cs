namespace EdgeAgent.Pipeline.Connections;

/// <summary>
/// Decides which of many attempts to connect are logged, so that a broker that is away for a week fills no disk: of failures the first
/// few, one with another reason, and then one at growing distances. A connection that comes and goes is no other case. One owner.
/// </summary>
internal sealed class FailureLog(TimeProvider time)
{
    private const int Few = 3;
    private const int SomeSuccesses = 10;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    /// <summary>After so long without a failure the next is a new one.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private string? _reason;
    private int _told;
    private TimeSpan _distance;
    private DateTimeOffset _next, _last;
    private DateTimeOffset _successTold;
    private int _successes;

    /// <summary>Whether to log this one.</summary>
    /// <param name="reason">Why it failed.</param>
    public bool Tells(string reason)
    {
        var now = time.GetUtcNow();
        if (reason != _reason || now - _last > Forgotten) (_reason, _told, _distance) = (reason, 0, First);
        _last = now;
        if (_told >= Few && now < _next) return false;
        if (_told++ >= Few) _distance = _distance * 2 < Longest ? _distance * 2 : Longest;
        _next = now + _distance;
        return true;
    }

    /// <summary>Whether to log that the connection stands: of one that comes and goes some times, then once a minute.</summary>
    public bool TellsSuccess()
    {
        var now = time.GetUtcNow();
        if (now - _successTold > Forgotten) _successes = 0;
        if (_successes >= SomeSuccesses && now - _successTold < First) return false;
        _successes++;
        _successTold = now;
        return true;
    }
}
