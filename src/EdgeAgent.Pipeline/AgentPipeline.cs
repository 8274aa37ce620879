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

    private readonly CancellationTokenSource _stopSources = new();
    private readonly CancellationTokenSource _stopUpstream = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Thread> _laneThreads = [];
    private readonly ModelShelf _models;
    private readonly LaneQueue[] _queues;
    private readonly EventOutbox _outbox;
    private readonly OwedEvents _owed;
    private readonly DeadLetter _deadLetter;
    private readonly StateLock _stateLock;
    private readonly WarmState? _state;
    private readonly List<PendingEvents> _pending = [];
    private Task _sourcesRun = Task.CompletedTask;
    private Task _upstreamRun = Task.CompletedTask;
    private volatile bool _isStopped;

    /// <param name="options">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where it tells what happens.</param>
    /// <param name="observer">Hears of every judgement.</param>
    /// <param name="isWarm">Whether it goes on where it was when it ended, and keeps what it learns.</param>
    /// <param name="guard">Sees to the output lines if this process dies; null: nobody does.</param>
    public AgentPipeline(AgentOptions options, TimeProvider time, ILoggerFactory logs, IJudgementObserver? observer = null, bool isWarm = false,
        ILineGuard? guard = null)
    {
        Directory.CreateDirectory(options.StateFolder);
        _stateLock = StateLock.Take(options.StateFolder);
        _models = new ModelShelf(options);
        foreach (var trouble in _models.Troubles)
            ModelOutOfService(logs.CreateLogger("models"), trouble);
        Options = options = _models.InService;
        var lanes = options.Lanes > 0 ? options.Lanes : Environment.ProcessorCount;
        _state = isWarm ? new WarmState(options.State, lanes, time, logs.CreateLogger("state")) : null;
        var store = OutboxStore.Open(Path.Combine(options.StateFolder, "outbox.db"), time, logs.CreateLogger("outbox"),
            new StoreBudget(options.Upstream.Outbox.Size).Log);
        var identity = new AgentIdentity(options.Site, options.Id);
        _outbox = new EventOutbox(store, options.Upstream.Outbox, time, logs.CreateLogger("outbox"), new GapReport(identity, options.Upstream.Events, time).Of,
            _state is null ? null : new AcknowledgedIds(_state.Folder, logs.CreateLogger("state")), new SteadyClock(time).IsSynced());
        _owed = new OwedEvents(_outbox, options.Upstream.Delivery, time, logs.CreateLogger("upstream"));
        Upstream = new MqttDelivery("upstream", identity, options.Upstream.Delivery, Figures, time, logs.CreateLogger("upstream"));

        PlantLines = new PlantLines(options.Rules.Select(r => r.Gpio).OfType<GpioOptions>(), options.Gates, LineDrivers.Of(options.Gpio.Driver), guard, time, logs.CreateLogger("gpio"));
        _deadLetter = new DeadLetter(Path.Combine(options.StateFolder, "dead-letter.jsonl"), logs.CreateLogger("decode"), time);
        if (_state is not null) KeepPending(_state, logs.CreateLogger("state"));
        // Detectors whose event time is the time of arrival.
        HashSet<string> byArrival = [.. options.Detectors.Where(d => options.Sources.Any(s => s.Name == d.Source && s.Time is null)).Select(d => d.Name)];
        Lanes = [.. Enumerable.Range(0, lanes).Select(i => new Lane(
            options.Detection, _models.Models, new OutboxSink(identity, options.Upstream.Events, _outbox, byArrival.Contains, _pending.ElementAtOrDefault(i)),
            logs.CreateLogger("lane"), observer, PlantLines,
            _state?.Lanes[i], PlantLines.Gates))];
        _queues = [.. Lanes.Select(lane => new LaneQueue(lane, e => _failed.TrySetResult(e)))];
        Sources = [.. options.Sources.Select(source => SourceOf(source, options, time, logs.CreateLogger("ingest")))];
        Requests = new LaneRequests(Lanes, _queues, time);
        Watch = new LaneWatch([.. Lanes.Select((lane, i) => (lane.Counters, _queues[i]))], time);
    }

    public AgentOptions Options { get; }
    public IReadOnlyList<MqttSource> Sources { get; }
    public IReadOnlyList<Lane> Lanes { get; }
    public OutboxCounters Outbox => _outbox.Counters;
    /// <summary>Events that were lost to a refusing disk at the stop; readings of QoS 1 that caused them come again.</summary>
    public int UnsafeAtStop => _outbox.UnsafeAtStop;
    public IDelivery Upstream { get; }
    /// <summary>Detectors of the configuration whose model cannot be used are missing from <see cref="Options"/>; this is why.</summary>
    public IReadOnlyList<string> ModelTroubles => _models.Troubles;
    public PlantLines PlantLines { get; }
    public LaneRequests Requests { get; }
    public LaneWatch Watch { get; }
    /// <summary>Whether the stop has begun.</summary>
    public bool IsStopping => _isStopped;
    public Ledger Books => LedgerReader.Read(Sources.Select(s => s.Counters), Lanes.Select(l => l.Counters), _queues, Outbox);

    /// <summary>Messages that could not be used, by reason.</summary>
    public long DeadLettered(DecodeFailure reason) => _deadLetter.Count(reason);

    /// <summary>What the outbox holds; see there for when it does not answer.</summary>
    public Task<OutboxReport> AskOutboxAsync() => _outbox.AskAsync();

    public Task<int> PurgeOutboxAsync(Severity? only, TimeSpan age) => _outbox.PurgeAsync(only, age);

    public Task<int> ReplayOutboxAsync() => _outbox.ReplayAsync();

    /// <summary>Ends when a lane, a source or the link has failed; a broken invariant must end the process, so that its supervisor restarts it.</summary>
    public Task<Exception> Failed => _failed.Task;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Start()
    {
        PlantLines.Start();
        _upstreamRun = Upstream.RunAsync(_owed, _stopUpstream.Token);
        for (var i = 0; i < Lanes.Count; i++)
        {
            var thread = new Thread(_queues[i].RunAll) { Name = $"lane-{i}", IsBackground = true };
            _laneThreads.Add(thread);
            thread.Start();
        }
        Task[] sources = [.. Sources.Select(s => s.RunAsync(_drained.Task, _stopSources.Token))];
        _sourcesRun = Task.WhenAll(sources);
        foreach (var run in sources.Append(_upstreamRun))
            _ = run.ContinueWith(
                r => _failed.TrySetResult(r.Exception!.GetBaseException()), CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>
    /// Stops taking readings, lets what is under way drain, makes its events safe, acknowledges, and says goodbye.
    /// </summary>
    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        await _stopSources.CancelAsync().ConfigureAwait(false);
        // They hand over what they hold when they see the token, and end only when all of it is drained.
        await Task.WhenAny(Task.WhenAll(Sources.Select(s => s.Quiet)), _sourcesRun).ConfigureAwait(false);
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
        _drained.TrySetResult();
        await _sourcesRun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopUpstream.CancelAsync().ConfigureAwait(false);
        await _upstreamRun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        _owed.Dispose();
        _outbox.Dispose();
        _state?.Dispose();
        PlantLines.Dispose();
        _deadLetter.Dispose();
        _models.Dispose();
        _stateLock.Dispose();
        _stopSources.Dispose();
        _stopUpstream.Dispose();
    }

    private static ShareGroup? ShareGroupOf(SourceOptions source, AgentOptions agent, ILogger logger) => source.Share is not { } share ? null
        : new ShareGroup($"edgeagent/{EventTopic.Level(agent.Site)}/share/{EventTopic.Level(share.Group)}/", EventTopic.Level(agent.Id), source.Name, share,
            ShareGroup.FileOf(agent.StateFolder, source.Name), logger);

    private AgentFigures Figures() =>
        new(Sources.Count(s => s.Counters.IsConnected), Sources.Count, Sources.Sum(s => s.Devices), Lanes.Sum(l => l.Detectors.Sum(d => d.Counters.Open)), Books);

    private MqttSource SourceOf(SourceOptions source, AgentOptions agent, TimeProvider time, ILogger logger)
    {
        var counters = new SourceCounters();
        return new MqttSource(
            source, source.Mqtt.ClientId.Length > 0 ? source.Mqtt.ClientId : $"edgeagent-{agent.Id}-{source.Name}",
            new RowIntake(source, _queues, _deadLetter, counters), counters, time, logger,
            new SubscriptionMemory(SubscriptionMemory.FileOf(agent.StateFolder, source.Name), logger), ShareGroupOf(source, agent, logger));
    }

    /// <summary>
    /// Gives the outbox what was not safe when the run before ended, and the lanes their places for what will not be. What the
    /// outbox has on disk, or upstream has acknowledged, was safe after all: the run ended before it could say so.
    /// </summary>
    private void KeepPending(WarmState state, ILogger logger)
    {
        foreach (var file in state.Files)
        {
            var pending = new PendingEvents(file.Pending, LaneFile.PendingBytes, logger);
            file.PendingUsed = () => pending.UsedBytes;
            _pending.Add(pending);
        }
        var before = state.PendingBefore.SelectMany(area => PendingEvents.Read(area)).DistinctBy(e => e.Id).Where(e => !_outbox.Has(e.Id)).ToList();
        var keepers = before.ConvertAll(entry => _pending.Find(p => p.TryKeep(entry)));
        state.Begin(!keepers.Contains(null));
        for (var i = 0; i < before.Count; i++)
            _outbox.Recover(before[i], keepers[i]);
        if (before.Count > 0) EventsRecovered(logger, before.Count);
    }

    [LoggerMessage(LogLevel.Error, "{Trouble}. Its detectors are out of service; the rest goes on")]
    private static partial void ModelOutOfService(ILogger logger, string trouble);

    [LoggerMessage(LogLevel.Information, "{Count} events that were not safe when the agent ended are owed again")]
    private static partial void EventsRecovered(ILogger logger, int count);
}
