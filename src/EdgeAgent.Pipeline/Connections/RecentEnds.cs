namespace EdgeAgent.Pipeline.Connections;

/// <summary>
/// Remembers why connections ended in the last minutes: one that comes and goes looks well whenever somebody looks. One owner writes;
/// anyone may read.
/// </summary>
internal sealed class RecentEnds(TimeProvider time)
{
    /// <summary>A network ends connections, too. A broker that breaks the protocol needs to do so once.</summary>
    private const int Many = 3;
    private const int MemoryLimit = 64;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private volatile End[] _ends = [];

    private sealed record End(DateTimeOffset Time, string Reason, bool IsBrokersFault);

    /// <param name="reason">Why it ended.</param>
    /// <param name="isBrokersFault">Whether the broker broke the protocol.</param>
    public void Note(string reason, bool isBrokersFault)
    {
        var now = time.GetUtcNow();
        var end = new End(now, reason.TrimEnd('.'), isBrokersFault);
        _ends = [.. _ends.Where(e => now - e.Time < Memory).TakeLast(MemoryLimit - 1), end];
    }

    /// <summary>What to tell of them; null: nothing.</summary>
    public string? Describe()
    {
        var now = time.GetUtcNow();
        var ends = Array.FindAll(_ends, e => now - e.Time < Memory);
        if (ends.Length < Many && !ends.Any(e => e.IsBrokersFault)) return null;
        var last = ends.LastOrDefault(e => e.IsBrokersFault) ?? ends[^1];
        var times = ends.Length == 1 ? "once" : ends.Length < MemoryLimit ? $"{ends.Length} times" : $"{MemoryLimit} times or more";
        return $"the connection has ended {times} in the last {Memory.TotalMinutes:0} min: {last.Reason}";
    }
}
