using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>When something happened, and how long it did not.</summary>
internal abstract class Gaps : IAsyncDisposable
{
    private readonly ConcurrentQueue<long> _moments = new();

    public int Count => _moments.Count;

    /// <summary>The longest time without it between two moments.</summary>
    public TimeSpan Longest(long from, long to)
    {
        long longest = 0, before = from;
        foreach (var at in _moments.Where(m => m > from && m < to).Append(to))
        {
            longest = Math.Max(longest, at - before);
            before = at;
        }
        return Stopwatch.GetElapsedTime(0, longest);
    }

    public abstract ValueTask DisposeAsync();

    protected void Note() => _moments.Enqueue(Stopwatch.GetTimestamp());
}
