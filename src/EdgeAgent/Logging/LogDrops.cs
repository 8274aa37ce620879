using EdgeAgent.Cli;

namespace EdgeAgent.Logging;

/// <summary>What was left out and is not told yet. One owner at a time.</summary>
internal sealed class LogDrops(LogBudget budget, LogCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    /// <summary>Whoever reads again wants to know soon what is missing.</summary>
    private static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(5);

    private long _alike, _overBudget, _unread;
    private long _toldAt = time.GetTimestamp();

    public bool IsAny => _alike + _overBudget + _unread > 0;

    /// <summary>Whether it is time to tell, if lines flow.</summary>
    public bool IsDue => IsAny && time.GetElapsedTime(_toldAt) > (_unread > 0 ? AfterSilence : Every);

    public void Add(LogDrop reason, long lines = 1)
    {
        counters.Drop(reason, lines);
        if (reason == LogDrop.Alike) _alike += lines;
        else if (reason == LogDrop.Budget) _overBudget += lines;
        else _unread += lines;
    }

    /// <summary>All of it in a line; from then on it counts as told.</summary>
    public string Tell()
    {
        var parts = new List<string>();
        if (_unread > 0) parts.Add($"{Words.Count(_unread)} because nobody read standard error");
        if (_overBudget > 0)
            parts.Add($"{Words.Count(_overBudget)} over the limit of {LogBudget.MinuteBytes / 1_000_000} MB a minute");
        if (_alike > 0) parts.Add($"{Words.Count(_alike)} of a kind that came too often{Most()}");
        var all = _alike + _overBudget + _unread;
        (_alike, _overBudget, _unread, _toldAt) = (0, 0, 0, time.GetTimestamp());
        foreach (var kind in budget.Reduced) kind.LeftOut = 0;
        return $"lines that were left out of this log: {Words.Count(all)}, {string.Join(", ", parts)}";
    }

    private string Most() => budget.Reduced.MaxBy(k => k.LeftOut) is { } most
        ? $" ({Words.Count(most.LeftOut)} more like \"{most.Example}\")" : "";
}
