using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>
/// Notices that a receiver takes nothing at all, or refuses more for ever than one event can be to blame for. A few events that are
/// refused for ever are given up; a backlog must not be, for who refuses all of it is more likely to be wrong than all of it is. Does no
/// I/O; under the lock of its owner.
/// </summary>
internal sealed class RefusalRow(TimeProvider time)
{
    /// <summary>So many refusals, each of another topic or for ever, and none accepted in between.</summary>
    private const int StopAfter = 5;
    private static readonly TimeSpan GiveUpEvery = TimeSpan.FromMinutes(10);

    private Allowance _givenUp = new(StopAfter, GiveUpEvery);
    private int _count;
    private long _keptAt;
    private string _kept = "";

    /// <summary>Whether nothing is accepted any more: then one event at a time tries.</summary>
    public bool IsStopped => _count >= StopAfter;

    public void Accepted() => _count = 0;

    /// <summary>A refusal that no earlier one explains.</summary>
    public void Refused() => _count++;

    /// <summary>Whether an event that is refused for ever may be given up; otherwise it stays owed.</summary>
    public bool MayGiveUp(string reason)
    {
        if (!IsStopped && _givenUp.TryTake(time.GetUtcNow().UtcTicks)) return true;
        (_keptAt, _kept) = (time.GetTimestamp(), reason.TrimEnd('.'));
        return false;
    }

    /// <summary>What is wrong; null: nothing.</summary>
    /// <param name="last">What the receiver said last.</param>
    public string? Describe(string last)
    {
        if (IsStopped) return $"{last}; the last {_count} answers were refusals, so one event is tried now and then, and all stay owed";
        if (_keptAt == 0 || time.GetElapsedTime(_keptAt) > GiveUpEvery) return null;
        return $"more events are refused for ever than are given up, and stay owed: {_kept}";
    }
}
