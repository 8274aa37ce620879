using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// The whole path against real brokers. It is put together from the end to the beginning, so that each producer finds
/// its consumer waiting, and stops from the beginning to the end, so that nothing under way is lost.
/// </summary>
internal sealed partial class AgentPipeline : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly AgentIdentity _identity;
    private readonly List<Thread> _laneThreads = [];
    private readonly LaneQueue[] _queues;
    private readonly OutboxSink[] _sinks;
    private readonly EventOutbox _outbox;
    private readonly DeadLetter _deadLetter;
    private readonly SourceBuilder _newSources;
    private readonly StateLock _stateLock;
    private readonly WarmState? _state;
    private readonly IReadOnlyList<PendingEvents> _pending;
    /// <summary>What sources that are gone have counted: what they received is still in the ledger of the lanes.</summary>
    private readonly SourceCounters _gone = new();
    private ConfigurationText _text;
    private volatile ModelShelf _models;
    private volatile RunningSource[] _sources;
    private volatile RunningDelivery _upstream;
    private volatile GapReport _gapReport;
    private volatile bool _isStopped;

    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where it tells what happens.</param>
    /// <param name="observer">Hears of every judgement.</param>
    /// <param name="isWarm">Whether it goes on where it was when it ended, and keeps what it learns.</param>
    /// <param name="guard">Sees to the output lines if this process dies; null: nobody does.</param>
    public AgentPipeline(
        AgentOptions options, TimeProvider time, ILoggerFactory logs, IJudgementObserver? observer = null, bool isWarm = false,
        ILineGuard? guard = null)
    {
        (_time, _logs, Configured, _identity) = (time, logs, options, new AgentIdentity(options.Site, options.Id));
        Directory.CreateDirectory(options.StateFolder);
        _stateLock = StateLock.Take(options.StateFolder);
        _text = new ConfigurationText(options);
        _models = new ModelShelf(options);
        LogModels();
        var lanes = options.Lanes > 0 ? options.Lanes : Environment.ProcessorCount;
        _state = isWarm ? new WarmState(options.State, lanes, time, logs.CreateLogger("state")) : null;
        var store = OutboxStore.Open(Path.Combine(options.StateFolder, "outbox.db"), time, logs.CreateLogger("outbox"),
            new StoreBudget(options.Upstream.Outbox.Size).Log);
        _gapReport = new GapReport(_identity, options.Upstream.Events, time);
        _outbox = new EventOutbox(store, options.Upstream.Outbox, time, logs.CreateLogger("outbox"), gaps => _gapReport.Of(gaps),
            _state is null ? null : new AcknowledgedIds(_state.Folder, logs.CreateLogger("state")), new SteadyClock(time).IsSynced());
        _upstream = DeliveryOf(options);

        GpioLines = new GpioLines(
            options.Outputs, options.Gates, LineDrivers.Of(options.Gpio.Driver), guard, time, logs.CreateLogger("gpio"));
        _deadLetter = new DeadLetter(Path.Combine(options.StateFolder, "dead-letter.jsonl"), logs.CreateLogger("decode"), time);
        _pending = _state is null ? [] : UnsafeEvents.Recover(_state, _outbox, logs.CreateLogger("state"));
        var byArrival = Options.TimedByArrival;
        _sinks = [.. Enumerable.Range(0, lanes).Select(i => new OutboxSink(
            _identity, options.Upstream.Events, _outbox, byArrival.Contains, _pending.ElementAtOrDefault(i)))];
        var setup = new DetectionSetup(Options.Detection, _models.Models, GpioLines.Gates);
        Lanes = [.. _sinks.Select((sink, i) => new Lane(setup, sink, logs.CreateLogger("lane"), observer, GpioLines, _state?.Lanes[i]))];
        _queues = [.. Lanes.Select(lane => new LaneQueue(lane, e => _failed.TrySetResult(e)))];
        _newSources = new SourceBuilder(_identity, options.StateFolder, _queues, _deadLetter, time, logs.CreateLogger("ingest"));
        _sources = [.. options.Sources.Select(source => new RunningSource(_newSources.Build(source, new SourceCounters())))];
        Requests = new LaneRequests(Lanes, _queues, time);
        Watch = new LaneWatch([.. Lanes.Select((lane, i) => (lane.Counters, _queues[i]))], time);
    }

    /// <summary>The configuration, with detectors that are out of service.</summary>
    public AgentOptions Configured { get; private set; }
    /// <summary>The configuration without the detectors whose model cannot be used.</summary>
    public AgentOptions Options => _models.InService;
    public IReadOnlyList<MqttSource> Sources => [.. _sources.Select(s => s.Source)];
    /// <summary>Of the sources, and of those that are gone.</summary>
    public IEnumerable<SourceCounters> SourceCounters => _sources.Select(s => s.Source.Counters).Append(_gone);
    public IReadOnlyList<Lane> Lanes { get; }
    public OutboxCounters Outbox => _outbox.Counters;
    /// <summary>Events that were lost to a refusing disk at the stop; readings of QoS 1 that caused them come again.</summary>
    public int UnsafeAtStop => _outbox.UnsafeAtStop;
    public IDelivery Upstream => _upstream.Delivery;
    /// <summary>Detectors of the configuration whose model cannot be used are missing from <see cref="Options"/>; this is why.</summary>
    public IReadOnlyList<string> ModelTroubles => _models.Troubles;
    public GpioLines GpioLines { get; }
    public LaneRequests Requests { get; }
    public LaneWatch Watch { get; }
    /// <summary>Whether the stop has begun.</summary>
    public bool IsStopping => _isStopped;
    public Ledger Books => LedgerReader.Read(SourceCounters, Lanes.Select(l => l.Counters), _queues, Outbox);

    /// <summary>Messages that could not be used, by reason.</summary>
    public long DeadLettered(DecodeFailure reason) => _deadLetter.Count(reason);

    /// <summary>What the outbox holds; see there for when it does not answer.</summary>
    public Task<OutboxReport> AskOutboxAsync() => _outbox.AskAsync();
    public Task<int> PurgeOutboxAsync(Severity? only, TimeSpan age) => _outbox.PurgeAsync(only, age);
    public Task<int> ReplayOutboxAsync() => _outbox.ReplayAsync();

    /// <summary>Ends when a lane, a source or the link is broken: then the process must end, so that its supervisor restarts it.</summary>
    public Task<Exception> Failed => _failed.Task;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Start()
    {
        GpioLines.Start();
        WatchRun(_upstream.Start());
        for (var i = 0; i < Lanes.Count; i++)
        {
            var thread = new Thread(_queues[i].RunAll) { Name = $"lane-{i}", IsBackground = true };
            _laneThreads.Add(thread);
            thread.Start();
        }
        foreach (var source in _sources)
            WatchRun(source.Start());
    }

    /// <summary>Whether a folder holds the model that it held when it was loaded, so that it need not be checked again.</summary>
    public bool IsModelInUse(AgentOptions next, string folder) =>
        _text.Models.GetValueOrDefault(folder) == ConfigurationText.OfModel(folder) && _models.Fits(folder, next);

    /// <summary>What a configuration would change in this pipeline.</summary>
    public ConfigurationDifference DifferenceTo(AgentOptions next) => new(_text, new ConfigurationText(next));

    /// <summary>
    /// Goes on with another configuration: what differs in meaning is rebuilt, the rest runs on untouched, with its connections,
    /// windows, calibrations, open anomalies and counters. Whatever can fail is made before anything is changed.
    /// </summary>
    /// <param name="next">A good configuration, whose difference is not everything.</param>
    /// <param name="cancel">Gives up waiting for lanes; the pipeline is then to be stopped.</param>
    public async Task ChangeAsync(AgentOptions next, CancellationToken cancel)
    {
        var (now, text) = (_text, new ConfigurationText(next));
        var difference = new ConfigurationDifference(now, text);
        if (difference.IsEverything) throw new InvalidOperationException("such a configuration needs a pipeline of its own");
        var models = new ModelShelf(next, _models, folder => now.Models.GetValueOrDefault(folder) == text.Models[folder]);
        if (difference.AreLinesChanged) GpioLines.Change(next.Outputs, next.Gates);
        var (lanes, delivery) = Prepare(models, difference);
        var ending = Array.FindAll(_sources, s => text.Sources.GetValueOrDefault(s.Source.Name) != now.Sources[s.Source.Name]);

        if (delivery is not null)
        {
            await _upstream.StopAsync().ConfigureAwait(false);
            _upstream.Dispose();
            WatchRun((_upstream = delivery).Start());
        }
        await Task.WhenAll(ending.Select(s => s.StopAsync())).ConfigureAwait(false);
        var before = _models;
        (Configured, _text, _models) = (next, text, models);
        LogModels();
        if (difference.AreEventsChanged) _gapReport = new GapReport(_identity, next.Upstream.Events, _time);
        if (difference.IsDetectionChanged) await ChangeLanesAsync(lanes, cancel).ConfigureAwait(false);
        before.GiveWayTo(models);
        ChangeSources(ending);
    }

    /// <summary>
    /// Stops taking readings, lets what is under way drain, makes its events safe, acknowledges, and says goodbye.
    /// </summary>
    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        // They end only when all that they have handed over is drained.
        await Task.WhenAll(_sources.Select(s => s.QuietenAsync())).ConfigureAwait(false);
        _outbox.LetPass();
        foreach (var pending in _pending)
            pending.LetPass();
        foreach (var queue in _queues)
            queue.Complete();
        foreach (var thread in _laneThreads)
            await Task.Run(thread.Join).ConfigureAwait(false);
        await DeliverAsync(DrainLimit).ConfigureAwait(false);
        _outbox.Stop();
        // Behind the outbox: the last checkpoint holds the events that are not safe, and no others, or they would be owed twice.
        _state?.Stop();
        await Task.WhenAll(_sources.Select(s => s.LeaveAsync())).ConfigureAwait(false);
        await _upstream.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is owed, as long as the link is up, at most <paramref name="limit"/>.</summary>
    public async Task DeliverAsync(TimeSpan limit)
    {
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (_outbox.Counters.Owed > 0 && Upstream.Counters.IsConnected && Environment.TickCount64 < until)
            await Task.Delay(10).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        foreach (var lane in Lanes)
            lane.Dispose();
        _upstream.Dispose();
        _outbox.Dispose();
        _state?.Dispose();
        GpioLines.Dispose();
        _deadLetter.Dispose();
        _models.Dispose();
        foreach (var source in _sources)
            source.Dispose();
        _stateLock.Dispose();
    }

    private void WatchRun(Task run) => _ = run.ContinueWith(
        r => _failed.TrySetResult(r.Exception!.GetBaseException()), CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Makes what may fail, beside what runs.</summary>
    private (List<LaneModels> Lanes, RunningDelivery? Delivery) Prepare(ModelShelf models, ConfigurationDifference difference)
    {
        try
        {
            var setup = new DetectionSetup(models.InService.Detection, models.Models, GpioLines.Gates, difference.DetectorsUnchanged);
            List<LaneModels> lanes = difference.IsDetectionChanged ? [.. Lanes.Select(lane => lane.Prepare(setup))] : [];
            return (lanes, difference.IsDeliveryChanged ? DeliveryOf(models.InService, _upstream.Delivery.Counters) : null);
        }
        catch
        {
            models.GiveWayTo(_models);
            GpioLines.Change(Configured.Outputs, Configured.Gates);
            throw;
        }
    }

    private Task ChangeLanesAsync(List<LaneModels> prepared, CancellationToken cancel)
    {
        var (events, byArrival) = (Configured.Upstream.Events, Options.TimedByArrival);
        // Devices of a source that is gone, or that finds its devices otherwise, are not heard of again.
        var gone = _sources.Select(s => s.Source)
            .Where(s => Configured.Sources.Find(n => n.Name == s.Name) is not { } next || !s.HasSameDevices(next))
            .Select(s => s.Name).ToHashSet();
        return Requests.ChangeAsync(i =>
        {
            _sinks[i].Change(events, byArrival.Contains);
            Lanes[i].Change(prepared[i], device => gone.Contains(device.Source));
        }, cancel);
    }

    /// <summary>Sources that have ended make place for their successors, which go on with their devices and counters.</summary>
    private void ChangeSources(RunningSource[] ended)
    {
        var running = _sources;
        _sources = [.. Configured.Sources.Select(RunningOrNew)];
        foreach (var end in ended)
        {
            if (!Configured.Sources.Exists(s => s.Name == end.Source.Name)) _gone.Add(end.Source.Counters);
            end.Dispose();
        }
        foreach (var source in _sources.Except(running))
            WatchRun(source.Start());

        RunningSource RunningOrNew(SourceOptions options)
        {
            var before = Array.Find(running, s => s.Source.Name == options.Name);
            if (before is not null && !ended.Contains(before)) return before;
            var source = _newSources.Build(options, before?.Source.Counters ?? new SourceCounters());
            if (before?.Source.HasSameDevices(options) == true) source.GoOnAfter(before.Source);
            return new RunningSource(source);
        }
    }

    private void LogModels()
    {
        foreach (var trouble in _models.Troubles)
            ModelOutOfService(_logs.CreateLogger("models"), trouble);
    }

    private RunningDelivery DeliveryOf(AgentOptions options, DeliveryCounters? counters = null)
    {
        var (delivery, logger) = (options.Upstream.Delivery, _logs.CreateLogger("upstream"));
        return new RunningDelivery(
            new MqttDelivery("upstream", _identity, delivery, Figures, _time, logger, counters),
            new OwedEvents(_outbox, delivery, _time, logger));
    }

    private AgentFigures Figures() =>
        new(Sources.Count(s => s.Counters.IsConnected), Sources.Count, Sources.Sum(s => s.Devices),
            Lanes.Sum(l => l.Detectors.Sum(d => d.Counters.Open)), Books);

    [LoggerMessage(LogLevel.Error, "{Trouble}. Its detectors are out of service; the rest goes on")]
    private static partial void ModelOutOfService(ILogger logger, string trouble);
}
