using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Publishes owed events to an MQTT broker. Connects again for ever, whatever the broker does; while there is a connection,
/// owed events are sent over it. One thread of its own does all of it.
/// </summary>
internal sealed partial class MqttDelivery : IDelivery
{
    /// <summary>Answers are a few bytes; nothing larger may be sent to us.</summary>
    private const int PacketLimit = 64 * 1024;

    private const string StatusRemedy = "set upstream.status to a topic that it allows, or to false";

    private readonly AgentIdentity _identity;
    private readonly MqttDeliveryOptions _options;
    private readonly Func<AgentFigures> _figures;
    private readonly TimeProvider _time;
    private readonly FailureLog _failures;
    private readonly RecentEnds _ends;
    private readonly ILogger _logger;
    private readonly ConnectionResilience _resilience;
    private readonly ServerChoice _server;
    private readonly VersionChoice _version;
    private readonly TakeoverPattern _takeover = new();
    private readonly StatusTopics _topics;
    private readonly TopicSuspicion _suspicion;
    private IOwedEvents _owed = null!;
    private volatile MqttSession? _session;

    /// <param name="name">Its name.</param>
    /// <param name="identity">Who the agent is.</param>
    /// <param name="options">How it sends.</param>
    /// <param name="figures">What the retained status says of the agent's work.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs connections and their ends.</param>
    /// <param name="counters">Those of the delivery whose place it takes; null: it begins at zero.</param>
    /// <param name="random">Draws the pauses.</param>
    public MqttDelivery(
        string name, AgentIdentity identity, DeliveryOptions options, Func<AgentFigures> figures, TimeProvider time, ILogger logger,
        DeliveryCounters? counters = null, Random? random = null)
    {
        options.Validate();
        (Name, _identity, _options, _figures, _time, _logger) = (name, identity, options.Mqtt, figures, time, logger);
        (_failures, _ends) = (new FailureLog(time), new RecentEnds(time));
        _resilience = new ConnectionResilience(options.Reconnect, time, NoteFailure, random);
        Counters = counters ?? new DeliveryCounters();
        _server = new ServerChoice(_options);
        _version = new VersionChoice(_options.Connection.Version);
        _topics = StatusTopics.Of(identity, _options);
        _suspicion = new TopicSuspicion(_options);
    }

    public string Name { get; }

    public DeliveryCounters Counters { get; }

    public string? Trouble { get; private set; }

    public DeliveryTrouble? LastTrouble { get; private set; }

    public string? Notice { get; private set; }

    public string? Unsteadiness => _ends.Describe();

    public static string ClientId(AgentIdentity identity, MqttOptions mqtt) =>
        mqtt.ClientId is { Length: > 0 } given ? given : $"edgeagent-{identity.Agent}-upstream";

    public Task RunAsync(IOwedEvents owed, CancellationToken stop)
    {
        _owed = owed;
        owed.Wake = Wake;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(done, stop)) { Name = $"delivery-{Name}", IsBackground = true }.Start();
        return done.Task;
    }

    private void Run(TaskCompletionSource done, CancellationToken stop)
    {
        try
        {
            _resilience.Execute(RunSession, stop);
            done.SetResult();
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    /// <summary>There is more to send; or, without a connection, something urgent.</summary>
    private void Wake()
    {
        if (_session is { } session) session.Wake();
        else _resilience.TryNow();
    }

    /// <summary>Runs one connection. Unless it was told to stop it ends with an exception, which says why.</summary>
    private void RunSession(CancellationToken stop)
    {
        var (mqtt, began) = (_server.Next(), _time.GetTimestamp());
        ConnectionException? end = null;
        EventSender? sender = null;
        try
        {
            using var session = Open(mqtt, stop);
            sender = SenderOf(session);
            sender.Begun = () => Begin(session, mqtt);
            sender.Start();
            try
            {
                session.Run(sender, stop);
            }
            finally
            {
                if (sender.UnknownAnswers > 0) UnknownAcknowledged(sender.UnknownAnswers);
                sender.Dispose();
            }
        }
        catch (MqttException e)
        {
            end = _server.Consider(Described(e, _time.GetElapsedTime(began), sender));
            if (sender is not null) _ends.Note(end.Message, e.IsBrokersFault);
            throw end;
        }
        finally
        {
            _session = null;
            if (Counters.IsConnected) SetConnected(false);
            _owed.Close(end);
        }
    }

    private EventSender SenderOf(MqttSession session)
    {
        var status = new StatusPublisher(session, _identity, _topics.Without(_suspicion.GivenUp), _options, _figures, _time);
        return new EventSender(session, _owed, status, _options, _suspicion, Counters, _time) { StatusAnswered = NoteStatusAnswered };
    }

    private MqttSession Open(MqttOptions mqtt, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var session = MqttSession.Open(mqtt, SessionOptions(mqtt), _time, stop);
                _version.Accepted();
                _suspicion.Opened();
                if (session.Server.MaximumQos > 0) return session;
                session.Dispose();
                throw new MqttException(
                    MqttFault.Refused, "the broker takes QoS 0 only, so no delivery could be confirmed: allow QoS 1 there");
            }
            catch (MqttException e) when (_version.Refused(e))
            {
                VersionChanged(mqtt.Url);
            }
        }
    }

    private MqttSessionOptions SessionOptions(MqttOptions mqtt) => new()
    {
        ClientId = ClientId(_identity, mqtt),
        Version = _version.Current,
        MaximumPacketSize = PacketLimit,
        BufferLimit = PacketLimit,
        Will = _topics.Will is { } topic ? new MqttWill(topic, AgentStatus.Will(_identity), IsRetained: _options.StatusRetain) : null,
    };

    /// <summary>
    /// Says what helps. Two agents under one client id look like a broker that closes connections; it may be just that, so the pauses
    /// stay as they are.
    /// </summary>
    private MqttException Described(MqttException end, TimeSpan life, EventSender? sender)
    {
        var isTakeover = _takeover.Note(end, life) && end.Fault != MqttFault.TakenOver;
        var text = Advice.Add(end.Code, end.Message);
        var clientId = ClientId(_identity, _options.Connection);
        var topic = sender is null ? _suspicion.Refused(end, clientId, _topics.Will) : _suspicion.Ended(end, sender.FirstUnanswered);
        if (topic is not null) text = $"{text}. {topic}";
        else if (isTakeover) text = $"{text}. {TakeoverPattern.Describe(clientId)}";
        if (_suspicion.GivenUp is { } givenUp && Notice is null) NoteStatusGivenUp(givenUp);
        return new MqttException(end.Fault, text, end) { Code = end.Code, ServerReference = end.ServerReference };
    }

    private void NoteStatusGivenUp(string topic)
    {
        Notice = $"the broker ends connections over the agent's status on \"{topic}\", which is no longer sent; {StatusRemedy}";
        StatusGivenUp(topic, StatusRemedy);
    }

    private void NoteStatusAnswered(string topic, string? reason)
    {
        if (reason is null)
        {
            if (_suspicion.GivenUp is null) Notice = null;
            return;
        }
        if (Notice is null) StatusNotTaken(topic, reason, StatusRemedy);
        Notice = $"the broker refuses the agent's status on \"{topic}\": {reason}; {StatusRemedy}";
    }

    private void Begin(MqttSession session, MqttOptions mqtt)
    {
        _resilience.MarkConnected();
        _session = session;
        Counters.Connections++;
        SetConnected(true);
        Trouble = null;
        if (_failures.TellsSuccess()) Connected(mqtt.Url, _owed.Count);
    }

    private void SetConnected(bool isConnected)
    {
        Counters.ChangedTicks = _time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }

    private void NoteFailure(Exception failure, TimeSpan pause)
    {
        Counters.Failures++;
        Trouble = failure.Message.TrimEnd('.');
        LastTrouble = new DeliveryTrouble(Trouble, _time.GetUtcNow());
        if (!_failures.Tells(Trouble)) return;
        if (ConnectionResilience.FaultOf(failure) == ConnectionFault.TakenOver)
            TakenOver(ClientId(_identity, _options.Connection), _server.Url, pause.TotalSeconds, _owed.Count);
        else
            Disconnected(_server.Url, Trouble, pause.TotalSeconds, _owed.Count);
    }

    [LoggerMessage(LogLevel.Information, "upstream connected to {Url}, {Owed} events owed")]
    private partial void Connected(string url, long owed);

    [LoggerMessage(LogLevel.Information, "upstream: the broker at {Url} does not accept MQTT 5; MQTT 3.1.1 is used")]
    private partial void VersionChanged(string url);

    [LoggerMessage(LogLevel.Warning, "upstream has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void Disconnected(string url, string failure, double pause, long owed);

    [LoggerMessage(LogLevel.Error, "ANOTHER CLIENT USES THE ID \"{ClientId}\" at {Url}, and the broker ended this agent's connection "
        + "for it. Every agent needs an id of its own: set agent.id or upstream.mqtt.client_id on one of them. "
        + "Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void TakenOver(string clientId, string url, double pause, long owed);

    [LoggerMessage(LogLevel.Warning, "the agent's status on topic {Topic} has ended every connection: it is no longer sent, so that "
        + "events are; {Remedy}")]
    private partial void StatusGivenUp(string topic, string remedy);

    [LoggerMessage(LogLevel.Warning, "the broker upstream refuses the agent's status on topic {Topic}: {Reason}; {Remedy}. Events go on")]
    private partial void StatusNotTaken(string topic, string reason, string remedy);

    [LoggerMessage(LogLevel.Warning, "the broker upstream acknowledged {Count} packets that were not under way; they were ignored")]
    private partial void UnknownAcknowledged(long count);
}
