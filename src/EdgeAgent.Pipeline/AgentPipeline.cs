using EdgeAgent.Inference.Trials;
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
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// The whole path against real brokers. It is put together from the end to the beginning, so that each producer finds
/// its consumer waiting, and stops from the beginning to the end, so that nothing under way is lost.
/// </summary>
internal sealed class AgentPipeline : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    /// <summary>A lane that does not answer by then waits for the disk, or is stuck: it could not be changed.</summary>
    private static readonly TimeSpan LaneLimit = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly AgentIdentity _identity;
    private readonly AgentStores _stores;
    private readonly AgentSources _sources;
    private readonly LaneThreads _threads = new();
    private readonly List<Lane> _lanes = [];
    private readonly IBundleTrials? _trials;
    private readonly LaneQueue[] _queues;
    private readonly OutboxSink[] _sinks;
    private ConfigurationText _text;
    private volatile ModelShelf _models;
    private volatile RunningDelivery _upstream;
    private volatile GapReport _gapReport;
    private volatile bool _isStopped;
    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where it tells what happens.</param>
    /// <param name="observer">Hears of every judgement.</param>
    /// <param name="isWarm">Whether it goes on where it was when it ended, and keeps what it learns.</param>
    /// <param name="guard">Sees to the output lines if this process dies; null: nobody does.</param>
    /// <param name="trials">Tries models before they are used; null: nobody does.</param>
    public AgentPipeline(
        AgentOptions options, TimeProvider time, ILoggerFactory logs, IJudgementObserver? observer = null, bool isWarm = false,
        ILineGuard? guard = null, IBundleTrials? trials = null)
    {
        (_time, _logs, Configured, _identity, _trials) = (time, logs, options, new AgentIdentity(options.Site, options.Id), trials);
        // Beside what else takes time at a start.
        var tried = Task.Run(() => trials?.Run(ModelShelf.FoldersOf(options)));
        _text = new ConfigurationText(options);
        var lanes = options.Lanes > 0 ? options.Lanes : Environment.ProcessorCount;
        _gapReport = new GapReport(_identity, options.Upstream.Events, time);
        _stores = new AgentStores(options, lanes, isWarm, gaps => _gapReport.Of(gaps), time, logs);
        try
        {
            _models = new ModelShelf(options, tried.GetAwaiter().GetResult());
            _models.Log(_logs.CreateLogger("models"));
            _upstream = DeliveryOf(options);
            GpioLines = new GpioLines(
                options.Outputs, options.Gates, LineDrivers.Of(options.Gpio.Driver), guard, time, logs.CreateLogger("gpio"));
            var byArrival = Options.TimedByArrival;
            _sinks = [.. Enumerable.Range(0, lanes).Select(i => new OutboxSink(
                _identity, options.Upstream.Events, _stores.Outbox, byArrival.Contains, _stores.Pending.ElementAtOrDefault(i)))];
            var setup = new DetectionSetup(Options.Detection, _models.Models, GpioLines.Gates);
            for (var i = 0; i < lanes; i++)
                _lanes.Add(new Lane(setup, _sinks[i], logs.CreateLogger("lane"), observer, GpioLines, _stores.State?.Lanes[i]));
            _queues = [.. Lanes.Select(lane => new LaneQueue(lane, e => _failed.TrySetResult(e)))];
            _sources = new AgentSources(
                new SourceBuilder(_identity, options.StateFolder, _queues, _stores.DeadLetter, time, logs.CreateLogger("ingest")),
                WatchRun);
            Requests = new LaneRequests(Lanes, _queues, time);
            Watch = new LaneWatch([.. Lanes.Select((lane, i) => (lane.Counters, _queues[i]))], time);
        }
        catch
        {
            // Whoever goes back to the configuration before needs the folder.
            Release();
            throw;
        }
    }

    /// <summary>The configuration, with detectors that are out of service.</summary>
    public AgentOptions Configured { get; private set; }
    /// <summary>The configuration without the detectors whose model cannot be used.</summary>
    public AgentOptions Options => _models.InService;
    public IReadOnlyList<ISource> Sources => _sources.All;
    /// <summary>Of the sources, and of those that are gone.</summary>
    public IEnumerable<SourceCounters> SourceCounters => _sources.Counters;
    public IReadOnlyList<Lane> Lanes => _lanes;
    public OutboxCounters Outbox => _stores.Outbox.Counters;
    /// <summary>Whether a lane waits because no more events fit into memory.</summary>
    public bool IsInputWaiting => _stores.Outbox.IsInputWaiting || _stores.Pending.Any(p => p.IsWaiting);
    /// <summary>What outlives the process; null: nothing does.</summary>
    public WarmState? DeviceState => _stores.State;
    /// <summary>Events that were lost to a refusing disk at the stop; readings of QoS 1 that caused them come again.</summary>
    public int UnsafeAtStop => _stores.Outbox.UnsafeAtStop;
    public IDelivery Upstream => _upstream.Delivery;
    /// <summary>Why events are not taken upstream although there is a connection; null: they are.</summary>
    public string? UpstreamRefusal => _upstream.Refusal;
    /// <summary>Detectors of the configuration whose model cannot be used are missing from <see cref="Options"/>; this is why.</summary>
    public IReadOnlyList<string> ModelTroubles => _models.Troubles;
    public GpioLines GpioLines { get; }
    public LaneRequests Requests { get; }
    public LaneWatch Watch { get; }
    /// <summary>Whether the stop has begun.</summary>
    public bool IsStopping => _isStopped;
    public Ledger Books => LedgerReader.Read(SourceCounters, Lanes.Select(l => l.Counters), _queues, Outbox);

    /// <summary>Messages that could not be used, by reason.</summary>
    public long DeadLettered(DecodeFailure reason) => _stores.DeadLetter.Count(reason);

    /// <summary>What the outbox holds; see there for when it does not answer.</summary>
    public Task<OutboxReport> AskOutboxAsync() => _stores.Outbox.AskAsync();
    public Task<int> PurgeOutboxAsync(Severity? only, TimeSpan age) => _stores.Outbox.PurgeAsync(only, age);
    public Task<int> ReplayOutboxAsync() => _stores.Outbox.ReplayAsync();
    /// <summary>Ends when a lane, a source or the link is broken: then the process must end, so that its supervisor restarts it.</summary>
    public Task<Exception> Failed => _failed.Task;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public void Start()
    {
        GpioLines.Start();
        WatchRun(_upstream.Start());
        _threads.Start(_queues);
        _sources.Begin(Configured, []);
    }

    /// <summary>Whether a folder holds the model that it held when it was loaded, so that it need not be checked again.</summary>
    public bool IsModelInUse(AgentOptions next, ConfigurationText text, string folder) =>
        _text.Models.GetValueOrDefault(folder) == text.Models[folder] && _models.Fits(folder, next);

    /// <summary>What a configuration would change in this pipeline.</summary>
    public ConfigurationDifference DifferenceTo(ConfigurationText next) => new(_text, next);

    /// <summary>
    /// Goes on with another configuration: what differs in meaning is rebuilt, the rest runs on untouched, with its connections,
    /// windows, calibrations, open anomalies and counters. What may fail is made before anything is changed; what fails afterwards
    /// all the same ends in <see cref="Failed"/>.
    /// </summary>
    /// <param name="next">A good configuration.</param>
    /// <param name="text">The same as text.</param>
    /// <param name="difference">What differs; not everything.</param>
    /// <param name="cancel">Gives up waiting for lanes; the pipeline is then to be stopped.</param>
    /// <exception cref="InvalidOperationException">It cannot be taken over now; nothing has changed.</exception>
    public async Task ChangeAsync(AgentOptions next, ConfigurationText text, ConfigurationDifference difference, CancellationToken cancel)
    {
        if (difference.IsEverything) throw new InvalidOperationException("such a configuration needs a pipeline of its own");
        var isOfLanes = difference.IsDetectionChanged || difference.SourcesAdded.Count > 0;
        if (isOfLanes && !await Requests.AnswerAsync(LaneLimit, cancel).ConfigureAwait(false))
            throw new InvalidOperationException("a lane does not answer: it waits for the disk, or is stuck. Reload again when it goes on");
        var prepared = Prepare(next, text, difference);
        try
        {
            await TakeOverAsync(prepared, text, difference, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Half of it is changed: only a new process knows what it has.
            _failed.TrySetResult(e);
            throw;
        }
    }

    /// <summary>
    /// Stops taking readings, lets what is under way drain, makes its events safe, acknowledges, and says goodbye.
    /// </summary>
    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        // They end only when all that they have handed over is drained.
        await LaneThreads.InTimeAsync(_sources.QuietenAsync()).ConfigureAwait(false);
        _stores.Outbox.LetPass();
        foreach (var pending in _stores.Pending)
            pending.LetPass();
        foreach (var queue in _queues)
            queue.Complete();
        await LaneThreads.InTimeAsync(_threads.EndedAsync()).ConfigureAwait(false);
        await DeliverAsync(DrainLimit).ConfigureAwait(false);
        _stores.Outbox.Stop();
        // Behind the outbox: the last checkpoint holds the events that are not safe, and no others, or they would be owed twice.
        _stores.State?.Stop();
        await _sources.LeaveAsync().ConfigureAwait(false);
        await _upstream.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is owed, as long as the link is up, at most <paramref name="limit"/>.</summary>
    public async Task DeliverAsync(TimeSpan limit)
    {
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (_stores.Outbox.Counters.Owed > 0 && Upstream.Counters.IsConnected && Environment.TickCount64 < until)
            await Task.Delay(10).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        // A lane in a run that cannot be ended still uses all of it; the process ends, and the kernel takes it back.
        if (!_threads.AreAlive) Release();
    }

    /// <summary>Releases what has been taken so far.</summary>
    private void Release()
    {
        foreach (var lane in _lanes)
            lane.Dispose();
        _upstream?.Dispose();
        GpioLines?.Dispose();
        _models?.Dispose();
        _sources?.Dispose();
        _stores.Dispose();
    }

    private void WatchRun(Task run) => _ = run.ContinueWith(
        r => _failed.TrySetResult(r.Exception!.GetBaseException()), CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>What takes the place of what runs.</summary>
    private sealed record Prepared(
        AgentOptions Options, ModelShelf Models, GpioLineSet Lines, List<LaneModels> Lanes, RunningDelivery? Delivery);

    /// <summary>Makes what may fail, beside what runs.</summary>
    private Prepared Prepare(AgentOptions next, ConfigurationText text, ConfigurationDifference difference)
    {
        var tried = _trials?.Run(ModelShelf.FoldersOf(next));
        var models = new ModelShelf(next, tried, _models, folder => _text.Models.GetValueOrDefault(folder) == text.Models[folder]);
        List<LaneModels> lanes = [];
        try
        {
            // They were looked at a moment ago, so somebody is writing there.
            if (models.Troubles.Count > 0) throw new InvalidOperationException(models.Troubles[0]);
            var lines = GpioLines.Prepare(next.Outputs, next.Gates);
            var setup = new DetectionSetup(models.InService.Detection, models.Models, lines.GatesByName, difference.DetectorsUnchanged);
            if (difference.IsDetectionChanged)
                foreach (var lane in Lanes)
                    lanes.Add(lane.Prepare(setup));
            return new Prepared(next, models, lines, lanes, difference.IsDeliveryChanged ? DeliveryOf(next, Upstream.Counters) : null);
        }
        catch
        {
            for (var i = 0; i < lanes.Count; i++)
                Lanes[i].Discard(lanes[i]);
            models.DisposeAllBut(_models);
            throw;
        }
    }

    private async Task TakeOverAsync(Prepared next, ConfigurationText text, ConfigurationDifference difference, CancellationToken cancel)
    {
        if (next.Delivery is { } delivery)
        {
            await _upstream.StopAsync().ConfigureAwait(false);
            _upstream.Dispose();
            WatchRun((_upstream = delivery).Start());
        }
        var ending = await _sources.EndAsync(next.Options, difference).ConfigureAwait(false);
        var (models, gone) = (_models, _sources.WithoutDevicesIn(next.Options));
        (Configured, _text, _models) = (next.Options, text, next.Models);
        if (difference.AreLinesChanged) GpioLines.Change(next.Lines);
        if (difference.AreEventsChanged) _gapReport = new GapReport(_identity, next.Options.Upstream.Events, _time);
        if (difference.IsDetectionChanged)
        {
            var (events, byArrival) = (next.Options.Upstream.Events, Options.TimedByArrival);
            await Requests.ChangeAsync(i =>
            {
                Lanes[i].Change(next.Lanes[i], device => gone.Contains(device.Source));
                // Behind it: anomalies that end with the change are named as they were when they began.
                _sinks[i].Change(events, byArrival.Contains);
            }, cancel).ConfigureAwait(false);
        }
        next.Models.Succeed(models, _logs.CreateLogger("models"));
        _sources.Begin(next.Options, ending);
    }

    private RunningDelivery DeliveryOf(AgentOptions options, DeliveryCounters? counters = null)
    {
        var (delivery, logger) = (options.Upstream.Delivery, _logs.CreateLogger("upstream"));
        return new RunningDelivery(
            new MqttDelivery("upstream", _identity, delivery, Figures, _time, logger, counters),
            new OwedEvents(_stores.Outbox, delivery, _time, logger));
    }

    private AgentFigures Figures()
    {
        var troubles = PipelineTroubles.OfInput(this, _time.GetUtcNow());
        return new AgentFigures(
            Sources.Count(s => s.Counters.IsConnected), Sources.Count, Sources.Sum(s => s.Devices),
            Lanes.Sum(l => l.Detectors.Sum(d => d.Counters.Open)), Books)
        {
            Troubles = troubles.Count, Trouble = troubles.Count > 0 ? troubles[0].Text : null,
        };
    }
}
