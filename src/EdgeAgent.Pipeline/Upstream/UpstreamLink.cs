using EdgeAgent.Pipeline.Outbox;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using Polly;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Keeps the agent connected upstream, whatever the broker does: the connection is made again with growing, jittered
/// pauses. While there is one, owed events are sent over it.
/// </summary>
internal sealed partial class UpstreamLink(
    AgentOptions agent, EventOutbox outbox, Func<AgentFigures> figures, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly StatusPublisher _status = new(agent, figures, time);
    private readonly Backoff _afterHeld = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    private readonly EventSender _sender = new(agent, outbox, time, logger);
    private Exception? _endedBy;

    public UpstreamCounters Counters => _sender.Counters;

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Why a connection failed or ended last, and when; null: none did.</summary>
    public LinkTrouble? LastTrouble { get; private set; }

    /// <summary>Connects, sends and reconnects until <paramref name="stop"/> is set. Needs no broker to start.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var patience = UpstreamPatience.Build(agent.Upstream, time, NoteFailure);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await patience.ExecuteAsync(RunPatientlyAsync, stop).ConfigureAwait(false);
                // A fleet that lost one broker must not come back in one instant.
                var pause = _afterHeld.Next();
                NoteFailure(_endedBy, pause);
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public void Dispose() => _sender.Dispose();

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
        catch (Exception e) when (!stop.IsCancellationRequested
            && Counters.Connections > connections && time.GetElapsedTime(began) > agent.Upstream.RetryDelayLimit)
        {
            _endedBy = e;
        }
    }

    /// <summary>One connection, from its making to its end. It always ends with an exception, which says why.</summary>
    /// <remarks>A cancellation that nobody asked for is a failure like any other: it must be met with patience, too.</remarks>
    private async ValueTask RunSessionAsync(CancellationToken stop)
    {
        // The client goes first: it may report its end while it is disposed.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var client = new MqttClientFactory().CreateMqttClient();
        var reason = "the connection ended";
        var status = Task.CompletedTask;
        client.DisconnectedAsync += end =>
        {
            reason = end.ReasonString ?? end.Exception?.GetBaseException().Message ?? $"the connection ended ({end.Reason})";
            return ended.CancelAsync();
        };
        try
        {
            await ConnectAsync(client, stop).ConfigureAwait(false);
            // A reading's lane may wait on the outbox: announce the link only when it can take events.
            outbox.SetLink(isUp: true);
            status = _status.KeepCurrentAsync(client, ended.Token);
            await _sender.SendAllAsync(client, ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new MqttCommunicationException(reason);
        }
        finally
        {
            if (Counters.IsConnected) SetConnected(false);
            outbox.SetLink(isUp: false);
            await ended.CancelAsync().ConfigureAwait(false);
            await status.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _sender.SettleAllAsync().ConfigureAwait(false);
            if (client.IsConnected) await SayGoodbyeAsync(client).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(IMqttClient client, CancellationToken stop)
    {
        var result = await client.ConnectAsync(UpstreamClientOptions.Build(agent), stop).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new MqttCommunicationException($"the broker refuses the connection: {result.ResultCode} {result.ReasonString}".TrimEnd());
        await _status.SayOnlineAsync(client, stop).ConfigureAwait(false);
        Counters.Connections++;
        SetConnected(true);
        Trouble = null;
        UpstreamConnected(agent.Upstream.Mqtt.Url, outbox.Counters.Owed);
    }

    private void SetConnected(bool isConnected)
    {
        Counters.ChangedTicks = time.GetUtcNow().UtcTicks;
        Counters.IsConnected = isConnected;
    }

    private async Task SayGoodbyeAsync(IMqttClient client)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _status.SayOfflineAsync(client, timeout.Token).ConfigureAwait(false);
            await client.DisconnectAsync(cancellationToken: timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttCommunicationException or OperationCanceledException or InvalidOperationException)
        {
            // The last will says the same.
        }
    }

    private void NoteFailure(Exception? failure, TimeSpan pause)
    {
        Counters.Failures++;
        // MQTTnet wraps what the socket said, and that is what helps.
        Trouble = failure?.GetBaseException().Message ?? "no connection";
        LastTrouble = new LinkTrouble(Trouble, time.GetUtcNow());
        UpstreamDisconnected(agent.Upstream.Mqtt.Url, Trouble, pause.TotalSeconds, outbox.Counters.Owed);
    }

    [LoggerMessage(LogLevel.Information, "upstream connected to {Url}, {Owed} events owed")]
    private partial void UpstreamConnected(string url, long owed);

    [LoggerMessage(LogLevel.Warning, "upstream has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s; {Owed} events owed")]
    private partial void UpstreamDisconnected(string url, string failure, double pause, long owed);
}
