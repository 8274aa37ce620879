using EdgeAgent.Pipeline;

namespace EdgeAgent.Control.Status;

/// <summary>
/// Looks at the pipeline every few seconds, so that what needs two looks can be told at once: rates, lanes that are stuck,
/// what was written today. It only reads counters.
/// </summary>
internal sealed class Observer
{
    private readonly AgentPipeline _pipeline;
    private readonly TimeProvider _time;
    private readonly RateMeter[] _rates;
    private readonly Lock _gate = new();
    private DateOnly _day;
    private long _writtenBefore;

    public Observer(AgentPipeline pipeline, TimeProvider time)
    {
        (_pipeline, _time, Started) = (pipeline, time, time.GetUtcNow());
        _rates = [.. pipeline.Sources.Select(_ => new RateMeter(time))];
        _day = Today();
        Look();
    }

    public DateTimeOffset Started { get; }

    /// <summary>Numbers of the lanes that were stuck at the last look.</summary>
    public IReadOnlyList<int> StuckLanes { get; private set; } = [];

    /// <summary>Calibrations that were thrown away by request.</summary>
    public long CalibrationsReset { get; set; }

    /// <summary>Bytes that the outbox wrote since midnight UTC, or since the start if that was later.</summary>
    public long WrittenToday
    {
        get
        {
            lock (_gate)
                return _pipeline.Outbox.WrittenBytes - _writtenBefore;
        }
    }

    /// <summary>Messages a second of one source, over the last minute.</summary>
    public double PerSecond(int source) => _rates[source].PerSecond(_pipeline.Sources[source].Counters.Received);

    public void Look()
    {
        for (var i = 0; i < _rates.Length; i++)
            _rates[i].Look(_pipeline.Sources[i].Counters.Received);
        StuckLanes = _pipeline.Watch.Look();
        lock (_gate)
        {
            if (_day == Today()) return;
            _day = Today();
            _writtenBefore = _pipeline.Outbox.WrittenBytes;
        }
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
}
