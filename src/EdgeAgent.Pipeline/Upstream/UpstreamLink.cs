using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;
using Polly;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Keeps the agent connected upstream, whatever the broker does: the connection is made again with growing, jittered
/// pauses. While there is one, owed events are sent over it.
/// </summary>
internal sealed partial class UpstreamLink(
    AgentOptions agent, EventOutbox outbox, Func<AgentFigures> figures, TimeProvider time, ILogger logger, Random? random = null)
{
    private readonly StatusPublisher _status = new(agent, figures, time);
    private readonly ReconnectPlan _plan = new(agent.Upstream, random ?? Random.Shared);
    private readonly EventSender _sender = new(agent, outbox, time, logger);
    private readonly ServerChoice _server = new(agent.Upstream);
    private LinkException? _endedBy;

    public UpstreamCounters Counters => _sender.Counters;

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Why a connection failed or ended last, and when; null: none did.</summary>
    public LinkTrouble? LastTrouble { get; private set; }

    /// <summary>Connects, sends and reconnects until <paramref name="stop"/> is set. Needs no broker to start.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var patience = UpstreamPatience.Build(agent.Upstream, _plan, time, NoteFailure);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await patience.ExecuteAsync(RunPatientlyAsync, stop).ConfigureAwait(false);
                // A fleet that lost one broker must not come back in one instant.
                var pause = _plan.Next(UpstreamPatience.FaultOf(_endedBy), hasHeld: true);
                NoteFailure(_endedBy, pause);
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Ends without an exception when the connection had held for a while, so that the patience starts over: without it
    /// the tenth interruption in a year would be met with the longest pause.
    /// </summary>
    private async ValueTask RunPatientlyAsync(CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var connections = Counters.Connections;
        try
        {
            await RunSessionAsync(stop).ConfigureAwait(false);
        }
        catch (LinkException e) when (!stop.IsCancellationRequested
            && Counters.Connections > connections && time.GetElapsedTime(began) > agent.Upstream.RetryDelayLimit)
        {
            _endedBy = e;
        }
    }

    /// <summary>One connection, from its making to its end. It always ends with an exception, which says why.</summary>
    private async ValueTask RunSessionAsync(CancellationToken stop)
    {
        var mqtt = _server.Next();
        UpstreamSession? session = null;
        var status = Task.CompletedTask;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            session = await UpstreamSession.OpenAsync(agent, mqtt, time, stop).ConfigureAwait(false);
            using var forward = session.Ended.Register(() => ended.Cancel());
            await BeginAsync(session, mqtt, ended.Token).ConfigureAwait(false);
            status = _status.KeepCurrentAsync(session, ended.Token);
            await _sender.SendAllAsync(session, ended.Token).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            throw _server.Consider(e);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw _server.Consider(session?.End ?? new LinkException(LinkFault.Lost, "the connection ended"));
        }
        finally
        {
            if (Counters.IsConnected) SetConnected(false);
            outbox.SetLink(isUp: false);
            await ended.CancelAsync().ConfigureAwait(false);
            await status.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _sender.SettleAllAsync().ConfigureAwait(false);
            await EndAsync(session).ConfigureAwait(false);
        }
    }

    private async Task BeginAsync(UpstreamSession session, MqttOptions mqtt, CancellationToken ended)
    {
        await _status.SayOnlineAsync(session, ended).ConfigureAwait(false);
        Counters.Connections++;
        SetConnected(true);
        Trouble = null;
        UpstreamConnected(mqtt.Url, outbox.Counters.Owed);
        // A reading's lane may wait on the outbox: announce the link only when it can take events.
        outbox.SetLink(isUp: true);
    }

    private void SetConnected(bool isConnected)
    {
        Counters.ChangedTicks = time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }

    private async Task EndAsync(UpstreamSession? session)
    {
        if (session is null) return;
        if (session.UnknownAcks > 0) UnknownAcknowledged(session.UnknownAcks);
        if (session.End is null) await SayGoodbyeAsync(session).ConfigureAwait(false);
        session.Dispose();
    }

    private async Task SayGoodbyeAsync(UpstreamSession session)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _status.SayOfflineAsync(session, timeout.Token).ConfigureAwait(false);
            await session.DisconnectAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LinkException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The last will says the same.
        }
    }

    private void NoteFailure(Exception? failure, TimeSpan pause)
    {
        Counters.Failures++;
        Trouble = failure?.Message ?? "no connection";
        if (failure is Polly.CircuitBreaker.BrokenCircuitException && LastTrouble is { } before) Trouble = before.Text;
        LastTrouble = new LinkTrouble(Trouble, time.GetUtcNow());
        if (UpstreamPatience.FaultOf(failure) == LinkFault.TakenOver)
            UpstreamTakenOver(UpstreamConnect.ClientId(agent), _server.Url, pause.TotalSeconds, outbox.Counters.Owed);
        else
            UpstreamDisconnected(_server.Url, Trouble, pause.TotalSeconds, outbox.Counters.Owed);
    }

    [LoggerMessage(LogLevel.Information, "upstream connected to {Url}, {Owed} events owed")]
    private partial void UpstreamConnected(string url, long owed);

    [LoggerMessage(LogLevel.Warning, "upstream has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void UpstreamDisconnected(string url, string failure, double pause, long owed);

    [LoggerMessage(LogLevel.Error, "ANOTHER CLIENT USES THE ID \"{ClientId}\" at {Url}, and the broker threw this agent out for it. Every agent needs an id of its own: set agent.id or upstream.mqtt.client_id on one of them. Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void UpstreamTakenOver(string clientId, string url, double pause, long owed);

    [LoggerMessage(LogLevel.Warning, "the broker upstream acknowledged {Count} packets that were not under way; they were taken for nothing")]
    private partial void UnknownAcknowledged(long count);
}
