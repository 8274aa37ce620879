using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Ends a run that takes too long: ONNX Runtime looks between two steps of a graph whether it shall go on. The runner says when a run
/// begins and ends, the watch looks in from its own thread. Costs a run two writes.
/// </summary>
internal sealed class RunDeadline : IDisposable
{
    private const long Idle = 0;
    private const long Ended = -1;

    private readonly Lock _gate = new();
    private readonly RunOptions _options;
    private readonly TimeSpan _limit;
    private readonly long _limitTicks;
    private long _began;

    public RunDeadline(RunOptions options, TimeSpan limit)
    {
        (_options, _limit, _limitTicks) = (options, limit, (long)(limit.TotalSeconds * Stopwatch.Frequency));
        RunWatch.Add(this);
    }

    public void Begin() => Volatile.Write(ref _began, Stopwatch.GetTimestamp());

    /// <exception cref="RunOverdueException">It has taken too long, whatever came of it.</exception>
    public void End()
    {
        if (Interlocked.Exchange(ref _began, Idle) != Ended) return;
        // Whoever ended it holds the gate until it has: the next run begins without a mark.
        lock (_gate)
            _options.Terminate = false;
        throw new RunOverdueException(_limit);
    }

    /// <summary>Ends the run if it is overdue; gives the time at which to look again.</summary>
    public long Look(long now)
    {
        var began = Volatile.Read(ref _began);
        if (began <= Idle) return now + _limitTicks;
        if (now - began < _limitTicks) return began + _limitTicks;
        lock (_gate)
            if (Interlocked.CompareExchange(ref _began, Ended, began) == began) _options.Terminate = true;
        return now + _limitTicks;
    }

    public void Dispose() => RunWatch.Remove(this);
}
