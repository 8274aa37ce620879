using System.Diagnostics;
using EdgeAgent.Inference.Failures;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Ends a run that takes too long: ONNX Runtime looks between two steps of a graph whether it shall go on. The runner says when a run
/// begins and ends, the watch looks in from its own thread. Costs a run three writes.
/// </summary>
/// <remarks>
/// A run that gets no processor is late through no fault of its own: at the limit it is ended when its thread has lately been
/// computing for a sixteenth of the time, or when four times the limit are over, whatever held it up.
/// </remarks>
internal sealed class RunDeadline : IDisposable
{
    private const long Idle = 0;
    private const long Ended = -1;
    private const int Patience = 4;
    private const int Part = 4;
    private const int Share = 16;

    private readonly Lock _gate = new();
    private readonly RunOptions _options;
    private readonly TimeSpan _limit;
    private readonly long _limitTicks;
    private long _began;
    private int _thread;
    // Of the watch alone.
    private long _sampledRun, _sampledAt;
    private TimeSpan? _sampled;

    public RunDeadline(RunOptions options, TimeSpan limit)
    {
        (_options, _limit, _limitTicks) = (options, limit, (long)(limit.TotalSeconds * Stopwatch.Frequency));
        RunWatch.Add(this);
    }

    public void Begin()
    {
        _thread = ThreadTime.OwnThread;
        Volatile.Write(ref _began, Stopwatch.GetTimestamp());
    }

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
        if (now - began < _limitTicks / 2) return began + _limitTicks / 2;
        if (_sampledRun != began)
        {
            Sample(began, now);
            return Math.Max(began + _limitTicks, now + _limitTicks / Part);
        }
        if (now - began < _limitTicks) return began + _limitTicks;
        if (now - began < Patience * _limitTicks && !IsComputing(now))
        {
            Sample(began, now);
            return now + _limitTicks / Part;
        }
        lock (_gate)
            if (Interlocked.CompareExchange(ref _began, Ended, began) == began) _options.Terminate = true;
        return now + _limitTicks;
    }

    private void Sample(long began, long now) => (_sampledRun, _sampledAt, _sampled) = (began, now, ThreadTime.Of(_thread));

    /// <summary>Whether the run's thread had its share of a processor since the sample; where nobody tells, it had.</summary>
    private bool IsComputing(long now) => _sampled is not { } before || ThreadTime.Of(_thread) is not { } time
        || time - before >= Stopwatch.GetElapsedTime(_sampledAt, now) / Share;

    public void Dispose() => RunWatch.Remove(this);
}
