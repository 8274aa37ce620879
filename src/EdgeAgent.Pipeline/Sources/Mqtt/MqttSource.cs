using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Connections.Mqtt;
using EdgeAgent.Pipeline.Formats;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Receives readings from an MQTT broker and keeps connected, whatever the broker does: it starts without one and outlives every
/// failure. One thread of its own receives, decodes, and runs lanes that are idle.
/// </summary>
internal sealed class MqttSource : ISource, IMqttSessionHandler
{
    private static readonly TimeSpan RetryDelayLimit = TimeSpan.FromSeconds(15);

    private readonly SourceOptions _options;
    private readonly string _clientId;
    private readonly RowIntake _intake;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SubscriptionMemory? _memory;
    private readonly ShareGroup? _share;
    private readonly MqttFilter[] _filters;
    private readonly string[] _topics;
    private readonly VersionChoice _version;
    private readonly TakeoverPattern _takeover = new();
    private readonly ConnectionResilience _resilience;
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _drained = Task.CompletedTask;
    private volatile MqttSession? _session;
    private SessionAcknowledger? _acknowledger;
    private readonly FailureLog _failures, _losses;
    private readonly RecentEnds _ends;
    private readonly RefusedTopics _refused;
    private bool _isUnsubscribing;
    private int? _possibleRepeats;
    private int _birthId;
    private long _arrivalTicks, _steadyTicks, _bytesBefore, _receivedBefore;

    /// <param name="options">The source.</param>
    /// <param name="clientId">Who the broker knows it as.</param>
    /// <param name="intake">Decodes and hands over.</param>
    /// <param name="counters">Counted by the intake, too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what happens to the connection.</param>
    /// <param name="memory">Remembers subscriptions of a persistent session.</param>
    /// <param name="share">Shares the devices with other agents; null: all are this agent's.</param>
    public MqttSource(
        SourceOptions options, string clientId, RowIntake intake, SourceCounters counters, TimeProvider time, ILogger logger,
        SubscriptionMemory? memory = null, ShareGroup? share = null)
    {
        (_options, _clientId, _intake, _time, _logger, _share, Counters) = (options, clientId, intake, time, logger, share, counters);
        _memory = options.PersistentSession ? memory : null;
        (_bytesBefore, _ends) = (counters.BytesIn, new RecentEnds(time));
        (_failures, _losses) = (new FailureLog(time), new FailureLog(time));
        _version = new VersionChoice(options.Mqtt.Version);
        _resilience = new ConnectionResilience(new ReconnectOptions { RetryDelayLimit = RetryDelayLimit }, time, NoteFailure);
        var retained = options.Retained ? RetainHandling.IfNew : RetainHandling.Never;
        _filters = [.. TopicFilter.WithoutCovered(options.Topics).Select(t => new MqttFilter(t, options.Qos, retained))];
        Heard = new TopicWatch(options.Topics);
        // Who is there is asked anew each time.
        if (share is not null) _filters = [.. _filters, new MqttFilter(share.Filter, 1)];
        _topics = [.. _filters.Select(f => f.Topic)];
        intake.Pool.Available = () => _session?.Wake();
        _refused = RefusedTopics.Of(options, time, () => _session?.Wake(), logger);
        intake.Share = share;
    }

    public string Name => _options.Name;
    public SourceOptions Options => _options;
    public SourceCounters Counters { get; }
    public int Devices => _intake.Devices.Count;
    public Task Quiet => _quiet.Task;
    public bool IsDrained => _intake.Pool.AreAllBack && _session is not { Unfinished: > 0 };
    public IReadOnlyList<string>? Members => _share?.Members;
    public IntakeWatch Intake => _intake.Watch;
    public TopicWatch Heard { get; }
    public string? Trouble { get; private set; }
    public string? Unsteadiness => _ends.Describe();
    public IReadOnlyList<RefusedFilter> Refused => _refused.Now;
    public bool LeavesForGood { get; set; }

    public bool HasSameSession(SourceOptions other) =>
        other.PersistentSession && (_options.Mqtt.Url, _options.Mqtt.ClientId) == (other.Mqtt.Url, other.Mqtt.ClientId);

    public bool HasSameDevices(SourceOptions other) => _options.Device == other.Device;

    public void GoOnAfter(ISource before) => _intake.GoOnAfter(((MqttSource)before)._intake);

    public Task RunAsync(Task drained, CancellationToken stop)
    {
        _drained = drained;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(done, stop)) { Name = $"source-{_options.Name}", IsBackground = true }.Start();
        return done.Task;
    }

    bool IMqttSessionHandler.OnPublish(in PublishPacket packet, int token)
    {
        if (_share is not null && _share.Concerns(packet.Topic))
        {
            _share.Take(packet.Topic, packet.Payload);
            return Finished(token);
        }
        Heard.Note(packet.Topic);
        if (packet.IsRetained && !_options.Retained)
        {
            Counters.Received++;
            Counters.FilteredRetained++;
            return Finished(token);
        }
        if (_arrivalTicks == 0) (_arrivalTicks, _steadyTicks) = (_time.GetUtcNow().UtcTicks, _time.GetElapsedTime(0).Ticks);
        var waits = token < 0 ? null : _acknowledger;
        var message = new IncomingMessage
        {
            Topic = packet.Topic, Payload = packet.Payload, ArrivalTicks = _arrivalTicks, IsRetained = packet.IsRetained,
            MayRepeat = packet.MayRepeat, ContentType = packet.ContentType, SteadyTicks = _steadyTicks,
        };
        if (packet.IsCut || packet.Payload.Length > _options.PayloadLimit)
        {
            _intake.Reject(DecodeFailure.TooLarge, message);
            return Finished(token);
        }
        var outcome = _intake.Take(message, waits, token, out var parts);
        if (outcome == IntakeOutcome.NoRoom) return false;
        if (outcome is IntakeOutcome.LeftOut or IntakeOutcome.Refused) return Finished(token);
        if (parts > 1 && token >= 0) _session!.Hold(token, parts - 1);
        return true;
    }

    void IMqttSessionHandler.OnRefused(IReadOnlyList<RefusedFilter> refused)
    {
        // Without the members there is no sharing, and with them alone there is nothing to share.
        var isOfUse = !refused.Any(r => r.Filter.Topic == _share?.Filter) && refused.Count < _filters.Length - (_share is null ? 0 : 1);
        if (!isOfUse) throw refused[0].ToException();
        _refused.Note(refused);
    }

    void IMqttSessionHandler.OnSubscribed()
    {
        _refused.Settle();
        if (Counters.IsConnected) return;
        if (!_isUnsubscribing) _memory?.Settle(_topics);
        Trouble = null;
        _resilience.MarkConnected();
        SetConnected(true);
        Counters.Connections++;
        if (!_failures.TellsSuccess()) return;
        var granted = _options.Topics.Except(Refused.Select(r => r.Filter.Topic));
        _logger.SourceConnected(_options.Name, _options.Mqtt.Url, string.Join(", ", granted));
    }

    void IMqttSessionHandler.OnUnsubscribed()
    {
        _isUnsubscribing = false;
        if (Counters.IsConnected) _memory?.Settle(_topics);
    }

    void IMqttSessionHandler.OnPublishAnswered(in PublishAnswer answer)
    {
        // Without its birth the agent would be given no device, and nobody would know why.
        if (answer.Code < 0x80 || answer.PacketId != _birthId) return;
        throw new MqttException(MqttFault.Refused,
            $"the broker refuses to publish on \"{_share?.Topic}\" (reason 0x{answer.Code:x2}): "
            + $"a member of a group must write there, and read \"{_share?.Filter}\"");
    }

    void IMqttSessionHandler.OnIdle()
    {
        Counters.BytesIn = _bytesBefore + _session!.BytesReceived;
        _intake.HandOver();
        if (_intake.Notes.TryTakeOpcDaQuality()) _logger.ZeroIsBad(_options.Name);
        while (_session.SendQuota > 0 && _intake.TryTakeRequest(out var request))
            _session.Publish(new MqttMessage { Topic = request.Topic, Payload = request.Payload }, out _);
        _arrivalTicks = 0;
        if (_refused.TryTakeDue(out var again)) _session.Subscribe(again);
        if (_share is null) return;
        // Lanes that are stuck take nothing: others are to take over then.
        if ((Counters.Received != _receivedBefore || _intake.Pool.AreAllBack) && _share.TrySay(out var proof)) Say(proof);
    }

    void IMqttSessionHandler.OnStopping()
    {
        _intake.HandOver();
        _quiet.TrySetResult();
        _drained.Wait();
        if (!LeavesForGood) return;
        _session!.EndsSession = true;
        if (_session.Version != MqttVersion.V5) _session.Unsubscribe(_topics);
        _memory?.Settle([]);
    }

    private bool Finished(int token)
    {
        if (token >= 0) _session!.Finish(token);
        return true;
    }

    private void Run(TaskCompletionSource done, CancellationToken stop)
    {
        Exception? failure = null;
        try
        {
            _resilience.Execute(RunSession, stop);
        }
        catch (Exception e)
        {
            failure = e;
        }
        _intake.Dispose();
        _refused.Dispose();
        _quiet.TrySetResult();
        if (failure is null) done.SetResult();
        else done.SetException(failure);
    }

    /// <summary>Runs one connection. Unless it was told to stop it ends with an exception, which says why.</summary>
    private void RunSession(CancellationToken stop)
    {
        var began = _time.GetTimestamp();
        MqttSession? session = null;
        try
        {
            _share?.Open();
            using (session = SourceSession.Open(_options, _clientId, _version, _share, _possibleRepeats, _time, _logger, stop))
                Run(session, stop);
        }
        catch (MqttException e)
        {
            var isTakeover = _takeover.Note(e, _time.GetElapsedTime(began)) && e.Fault != MqttFault.TakenOver;
            var text = isTakeover ? $"{e.Message}. {TakeoverPattern.Describe(_clientId)}" : e.Message;
            if (session is not null) _ends.Note(text, e.IsBrokersFault);
            throw MqttFailure.Of(new MqttException(e.Fault, text, e));
        }
    }

    private void Run(MqttSession session, CancellationToken stop)
    {
        _session = session;
        _acknowledger = new SessionAcknowledger(session);
        try
        {
            Begin(session);
            session.Run(this, stop);
        }
        finally
        {
            // Batches that were being filled belong to lanes; they must not be lost with the connection.
            _intake.HandOver();
            _intake.Forget();
            _refused.Forget();
            _possibleRepeats = session.PossibleRepeats;
            Counters.BytesIn = _bytesBefore += session.BytesReceived;
            SetConnected(false);
        }
    }

    private void Begin(MqttSession session)
    {
        if (_memory is { HasAny: true } && !session.IsResumed)
        {
            Counters.SessionsLost++;
            Counters.SessionLostTicks = _time.GetUtcNow().UtcTicks;
            if (_losses.TellsSuccess()) _logger.SessionLost(_options.Name, _options.Mqtt.Url);
        }
        _isUnsubscribing = false;
        if (session.IsResumed && _memory?.Stale(_topics) is { Count: > 0 } stale)
        {
            _isUnsubscribing = true;
            session.Unsubscribe(stale);
            _logger.FiltersGone(_options.Name, string.Join(", ", stale));
        }
        _memory?.Remember(_topics);
        var birth = _share?.Begin(session.IsResumed);
        session.Subscribe(_filters);
        // After it: what the broker has of the other members comes before the echo of this.
        if (birth is not null) Say(birth);
    }

    private void Say(byte[] payload)
    {
        _receivedBefore = Counters.Received;
        _birthId = _session!.Publish(new MqttMessage { Topic = _share!.Topic, Payload = payload, IsRetained = true }, out _);
    }

    private void NoteFailure(Exception failure, TimeSpan pause)
    {
        Trouble = failure.Message.TrimEnd('.');
        if (_failures.Tells(Trouble)) _logger.SourceDisconnected(_options.Name, _options.Mqtt.Url, Trouble, pause.TotalSeconds);
    }

    private void SetConnected(bool isConnected)
    {
        if (Counters.IsConnected == isConnected) return;
        Counters.ChangedTicks = _time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }
}
