using EdgeAgent.Logging;
using EdgeAgent.Serving;

namespace EdgeAgent.Control.Status;

/// <summary>How the last attempts to take a configuration over went. Immutable.</summary>
/// <param name="Taken">When the configuration that runs was taken over.</param>
/// <param name="Refused">When one was refused after that; null: none was.</param>
/// <param name="Reason">Why, in a line.</param>
internal sealed record ReloadResult(DateTimeOffset Taken, DateTimeOffset? Refused = null, string? Reason = null);

/// <summary>
/// What outlives every reload: since when the agent runs, and how its reloads went. Written by the service, read by anyone.
/// </summary>
/// <param name="path">The configuration's main file.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentLife(string path, TimeProvider time)
{
    private volatile ReloadResult _last = new(time.GetUtcNow());
    private long _taken, _refused, _unchanged;

    public string Configuration { get; } = path;

    /// <summary>When the process began its work.</summary>
    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public ReloadResult LastReload => _last;

    /// <summary>Reloads that changed something.</summary>
    public long ReloadsTaken => Volatile.Read(ref _taken);
    public long ReloadsRefused => Volatile.Read(ref _refused);
    /// <summary>Reloads of what was as it was.</summary>
    public long ReloadsUnchanged => Volatile.Read(ref _unchanged);

    /// <summary>What became of the lines of the log.</summary>
    public LogCounters Log { get; } = new(time);

    /// <summary>What became of requests to run a model.</summary>
    public ServingCounters Serving { get; } = new();

    /// <summary>Calibrations that were thrown away by request.</summary>
    public long CalibrationsReset { get; set; }

    /// <summary>Bytes that outboxes before this one have written, by day; see <see cref="Observer"/>.</summary>
    public (DateOnly Day, long Bytes) WrittenBefore { get; set; }

    public void Taken()
    {
        Interlocked.Increment(ref _taken);
        _last = new ReloadResult(time.GetUtcNow());
    }

    /// <summary>What runs is what lies on disk, so nothing that was refused matters any more.</summary>
    public void Unchanged()
    {
        Interlocked.Increment(ref _unchanged);
        _last = new ReloadResult(_last.Taken);
    }

    public void Refused(string reason)
    {
        Interlocked.Increment(ref _refused);
        _last = _last with { Refused = time.GetUtcNow(), Reason = reason };
    }
}
