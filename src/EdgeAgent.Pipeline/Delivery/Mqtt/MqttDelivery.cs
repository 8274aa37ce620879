using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Ingest;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Publishes owed events to an MQTT broker. Connects again for ever, whatever the broker does; while there is a connection,
/// owed events are sent over it.
/// </summary>
internal sealed partial class MqttDelivery : IDelivery
{
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private readonly AgentIdentity _identity;
    private readonly MqttDeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StatusPublisher _status;
    private readonly ConnectionResilience _resilience;
    private readonly ServerChoice _server;
    private IOwedEvents _owed = null!;
    private volatile MqttDeliverySession? _session;

    /// <param name="name">Its name.</param>
    /// <param name="identity">Who the agent is.</param>
    /// <param name="options">How it sends.</param>
    /// <param name="figures">What the retained status says of the agent's work.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs connections and their ends.</param>
    /// <param name="random">Draws the pauses.</param>
    public MqttDelivery(
        string name, AgentIdentity identity, DeliveryOptions options, Func<AgentFigures> figures, TimeProvider time, ILogger logger,
        Random? random = null)
    {
        options.Validate();
        (Name, _identity, _options, _time, _logger) = (name, identity, options.Mqtt, time, logger);
        _status = new StatusPublisher(identity, _options.StatusEvery, figures, time);
        _resilience = new ConnectionResilience(options.Reconnect, time, NoteFailure, random);
        _server = new ServerChoice(_options);
    }

    public string Name { get; }

    public DeliveryCounters Counters { get; } = new();

    public string? Trouble { get; private set; }

    public DeliveryTrouble? LastTrouble { get; private set; }

    public async Task RunAsync(IOwedEvents owed, CancellationToken stop)
    {
        _owed = owed;
        owed.Wake = Wake;
        await _resilience.ExecuteAsync(RunSessionAsync, stop).ConfigureAwait(false);
    }

    /// <summary>There is more to send; or, without a connection, something urgent.</summary>
    private void Wake()
    {
        if (_session is { } session) session.Wake();
        else _resilience.TryNow();
    }

    /// <summary>Runs one connection. It always ends with an exception, which says why.</summary>
    private async Task RunSessionAsync(CancellationToken stop)
    {
        var mqtt = _server.Next();
        MqttDeliverySession? session = null;
        var status = Task.CompletedTask;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            session = await MqttDeliverySession.OpenAsync(_identity, _options, mqtt, Counters, _time, stop).ConfigureAwait(false);
            using var forward = session.Ended.Register(ended.Cancel);
            await BeginAsync(session, mqtt, ended.Token).ConfigureAwait(false);
            status = _status.KeepCurrentAsync(session, ended.Token);
            await session.SendAllAsync(_owed, ended.Token).ConfigureAwait(false);
        }
        catch (ConnectionException e)
        {
            throw _server.Consider(e);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw _server.Consider(session?.End ?? new ConnectionException(ConnectionFault.Lost, "the connection ended"));
        }
        finally
        {
            _session = null;
            if (Counters.IsConnected) SetConnected(false);
            _owed.Close(session?.End);
            await ended.CancelAsync().ConfigureAwait(false);
            await status.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await EndAsync(session).ConfigureAwait(false);
        }
    }

    private async Task BeginAsync(MqttDeliverySession session, MqttOptions mqtt, CancellationToken ended)
    {
        await _status.PublishOnlineAsync(session, ended).ConfigureAwait(false);
        _resilience.MarkConnected();
        _session = session;
        Counters.Connections++;
        SetConnected(true);
        Trouble = null;
        Connected(mqtt.Url, _owed.Count);
    }

    private void SetConnected(bool isConnected)
    {
        Counters.ChangedTicks = _time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }

    private async Task EndAsync(MqttDeliverySession? session)
    {
        if (session is null) return;
        if (session.UnknownAcks > 0) UnknownAcknowledged(session.UnknownAcks);
        if (session.End is null) await SayGoodbyeAsync(session).ConfigureAwait(false);
        session.Dispose();
    }

    private async Task SayGoodbyeAsync(MqttDeliverySession session)
    {
        try
        {
            using var timeout = new CancellationTokenSource(GoodbyeLimit);
            await _status.PublishOfflineAsync(session, timeout.Token).ConfigureAwait(false);
            await session.DisconnectAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConnectionException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The last will says the same.
        }
    }

    private void NoteFailure(Exception failure, TimeSpan pause)
    {
        Counters.Failures++;
        Trouble = failure.Message;
        LastTrouble = new DeliveryTrouble(Trouble, _time.GetUtcNow());
        if (ConnectionResilience.FaultOf(failure) == ConnectionFault.TakenOver)
            TakenOver(ConnectPacket.ClientId(_identity, _options.Connection), _server.Url, pause.TotalSeconds, _owed.Count);
        else
            Disconnected(_server.Url, Trouble, pause.TotalSeconds, _owed.Count);
    }

    [LoggerMessage(LogLevel.Information, "upstream connected to {Url}, {Owed} events owed")]
    private partial void Connected(string url, long owed);

    [LoggerMessage(LogLevel.Warning, "upstream has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void Disconnected(string url, string failure, double pause, long owed);

    [LoggerMessage(LogLevel.Error, "ANOTHER CLIENT USES THE ID \"{ClientId}\" at {Url}, and the broker ended this agent's connection "
        + "for it. Every agent needs an id of its own: set agent.id or upstream.mqtt.client_id on one of them. "
        + "Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void TakenOver(string clientId, string url, double pause, long owed);

    [LoggerMessage(LogLevel.Warning, "the broker upstream acknowledged {Count} packets that were not under way; they were ignored")]
    private partial void UnknownAcknowledged(long count);
}
