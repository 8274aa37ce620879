using EdgeAgent.Pipeline;

namespace EdgeAgent.Control.Status;

/// <summary>
/// Samples the pipeline every few seconds, so that what needs two samples is known at once: rates, lanes that are stuck,
/// what was written today. It only reads counters.
/// </summary>
internal sealed class Observer : IDisposable
{
    private readonly AgentPipeline _pipeline;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, RateMeter> _rates = [];
    private readonly Lock _gate = new();
    private DateOnly _day;
    private long _writtenBefore;

    public Observer(AgentPipeline pipeline, AgentLife life, TimeProvider time)
    {
        (_pipeline, Life, _time) = (pipeline, life, time);
        _day = Today();
        if (life.WrittenBefore.Day == _day) _writtenBefore = -life.WrittenBefore.Bytes;
        Sample();
    }

    public AgentLife Life { get; }

    /// <summary>Numbers of the lanes that were stuck at the last sample.</summary>
    public IReadOnlyList<int> StuckLanes { get; private set; } = [];

    /// <summary>Bytes that the outbox wrote since midnight UTC, or since the start if that was later.</summary>
    public long WrittenToday
    {
        get
        {
            lock (_gate)
                return _pipeline.Outbox.WrittenBytes - _writtenBefore;
        }
    }

    /// <summary>Messages a second of one source, over the last minute; 0 until there are two samples.</summary>
    public double PerSecond(string source, long received)
    {
        lock (_gate)
            return _rates.TryGetValue(source, out var rate) ? rate.PerSecond(received) : 0;
    }

    public void Sample()
    {
        StuckLanes = _pipeline.Watch.FindStuck();
        // Answered by the lanes in their own time; it does not throw.
        _ = _pipeline.Requests.LookForSilentAsync(_pipeline.Sources.ToDictionary(s => s.Name, s => s.Options.SilentAfter));
        lock (_gate)
        {
            SampleSources();
            if (_day == Today()) return;
            _day = Today();
            _writtenBefore = _pipeline.Outbox.WrittenBytes;
        }
    }

    /// <summary>Hands on what the next pipeline's observer must know.</summary>
    public void Dispose() => Life.WrittenBefore = (_day, WrittenToday);

    /// <summary>A reload may add sources and take others away.</summary>
    private void SampleSources()
    {
        var sources = _pipeline.Sources;
        foreach (var gone in _rates.Keys.Except(sources.Select(s => s.Name)).ToList())
            _rates.Remove(gone);
        foreach (var source in sources)
        {
            if (!_rates.TryGetValue(source.Name, out var rate)) _rates[source.Name] = rate = new RateMeter(_time);
            rate.Sample(source.Counters.Received);
        }
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
}
