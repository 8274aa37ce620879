using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline;

/// <summary>The sources that run. A reload ends some, begins others, and leaves the rest alone; anyone may look at them.</summary>
/// <param name="builder">Makes sources.</param>
/// <param name="watch">Told of each run, which must not end with an exception.</param>
internal sealed class AgentSources(SourceBuilder builder, Action<Task> watch) : IDisposable
{
    /// <summary>They change together, so that a message is always in one of them.</summary>
    /// <param name="Running">The sources.</param>
    /// <param name="Gone">What those that are gone have counted: what they received is still in the ledger of the lanes.</param>
    private sealed record Generation(RunningSource[] Running, SourceCounters Gone);

    private volatile Generation _now = new([], new SourceCounters());

    public IReadOnlyList<ISource> All => [.. _now.Running.Select(s => s.Source)];

    /// <summary>Of the sources, and of those that are gone.</summary>
    public IEnumerable<SourceCounters> Counters
    {
        get
        {
            var (running, gone) = _now;
            return running.Select(s => s.Source.Counters).Append(gone);
        }
    }

    /// <summary>Begins the sources of a configuration that do not run yet. Those of <paramref name="ended"/> have ended.</summary>
    /// <remarks>A source of the same name as an ended one goes on with its devices and counters.</remarks>
    public void Begin(AgentOptions options, IReadOnlyList<RunningSource> ended)
    {
        var (running, gone) = _now;
        var next = options.Sources.ConvertAll(RunningOrNew);
        var goneNow = new SourceCounters();
        goneNow.Add(gone);
        foreach (var end in ended.Where(e => !options.Sources.Exists(s => s.Name == e.Source.Name)))
            goneNow.Add(end.Source.Counters);
        _now = new Generation([.. next], goneNow);
        foreach (var source in next.Except(running))
            watch(source.Start());
        foreach (var end in ended)
            end.Dispose();

        RunningSource RunningOrNew(SourceOptions source)
        {
            var before = Array.Find(running, s => s.Source.Name == source.Name);
            if (before is not null && !ended.Contains(before)) return before;
            var built = builder.Build(source, before?.Source.Counters ?? new SourceCounters());
            if (before?.Source.HasSameDevices(source) == true) built.GoOnAfter(before.Source);
            return new RunningSource(built);
        }
    }

    /// <summary>Ends those that a configuration does not have, or has otherwise; <see cref="Begin"/> takes them out.</summary>
    public async Task<IReadOnlyList<RunningSource>> EndAsync(AgentOptions options, ConfigurationDifference difference)
    {
        string[] names = [.. difference.SourcesRemoved, .. difference.SourcesChanged];
        var ending = Array.FindAll(_now.Running, s => names.Contains(s.Source.Name));
        foreach (var source in ending.Select(e => e.Source))
            source.LeavesForGood = options.Sources.Find(s => s.Name == source.Name) is not { } next || !source.HasSameSession(next);
        await Task.WhenAll(ending.Select(s => s.StopAsync())).ConfigureAwait(false);
        return ending;
    }

    /// <summary>
    /// Names of sources whose devices a configuration does not have: it lacks them, or they find their devices otherwise.
    /// </summary>
    public IReadOnlySet<string> WithoutDevicesIn(AgentOptions options) => _now.Running.Select(s => s.Source)
        .Where(s => options.Sources.Find(n => n.Name == s.Name) is not { } next || !s.HasSameDevices(next)).Select(s => s.Name).ToHashSet();

    /// <summary>Tells all to take no more readings; ends when they have handed over what they held.</summary>
    public Task QuietenAsync() => Task.WhenAll(_now.Running.Select(s => s.QuietenAsync()));

    /// <summary>All that they handed over is safe: they acknowledge that and leave.</summary>
    public Task LeaveAsync() => Task.WhenAll(_now.Running.Select(s => s.LeaveAsync()));

    public void Dispose()
    {
        foreach (var source in _now.Running)
            source.Dispose();
    }
}
