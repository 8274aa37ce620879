using EdgeAgent.Pipeline.Outbox;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using Polly;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Delivers owed events over MQTT with QoS 1, several under way at once. Whatever fails goes back to the outbox, and the
/// connection is made again with growing, jittered pauses.
/// </summary>
internal sealed partial class UpstreamLink(AgentOptions agent, EventOutbox outbox, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);

    private readonly MqttClientOptions _clientOptions = UpstreamClientOptions.Build(agent);
    private readonly Backoff _afterHeld = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    private readonly SemaphoreSlim _places = new(agent.Upstream.InFlightLimit);

    public UpstreamCounters Counters { get; } = new();

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Trouble { get; private set; }

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

    public void Dispose() => _places.Dispose();

    private Exception? _endedBy;

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
        client.DisconnectedAsync += _ => ended.CancelAsync();
        try
        {
            await ConnectAsync(client, stop).ConfigureAwait(false);
            // A reading's lane may wait on the outbox: announce the link only when it can take events.
            outbox.SetLink(isUp: true);
            await SendAllAsync(client, ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new MqttCommunicationException("the connection ended");
        }
        finally
        {
            Counters.IsConnected = false;
            outbox.SetLink(isUp: false);
            await WaitForSendsAsync().ConfigureAwait(false);
            ReturnUnsent();
            if (client.IsConnected) await SayGoodbyeAsync(client).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(IMqttClient client, CancellationToken stop)
    {
        var result = await client.ConnectAsync(_clientOptions, stop).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new MqttCommunicationException($"the broker refuses the connection: {result.ResultCode} {result.ReasonString}".TrimEnd());
        await client.PublishAsync(Status(AgentStatus.Online(agent)), stop).ConfigureAwait(false);
        Counters.Connections++;
        Counters.IsConnected = true;
        Trouble = null;
        UpstreamConnected(agent.Upstream.Mqtt.Url, outbox.Counters.Owed);
    }

    private async Task SendAllAsync(IMqttClient client, CancellationTokenSource ended)
    {
        while (await outbox.Owed.WaitToReadAsync(ended.Token).ConfigureAwait(false))
        {
            // A place first, then the entry: what has been taken is always on its way or given back.
            await _places.WaitAsync(ended.Token).ConfigureAwait(false);
            if (outbox.Owed.TryRead(out var entry))
                _ = SendAsync(client, entry, ended);
            else
                _places.Release();
        }
        // The outbox has stopped. Stay until the agent stops too.
        await Task.Delay(Timeout.Infinite, ended.Token).ConfigureAwait(false);
    }

    private async Task SendAsync(IMqttClient client, OutboxEntry entry, CancellationTokenSource ended)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            timeout.CancelAfter(agent.Upstream.AckTimeout);
            var result = await client.PublishAsync(Message(entry), timeout.Token).ConfigureAwait(false);
            await SettleAsync(entry, result, ended.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, the event stays owed, and a fresh connection is the cure that we have.
            outbox.Return(entry);
            if (!ended.IsCancellationRequested)
            {
                EventNotSent(entry.Id, e is OperationCanceledException ? "no acknowledgement in time" : e.Message);
                await ended.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task SettleAsync(OutboxEntry entry, MqttClientPublishResult result, CancellationToken ended)
    {
        switch (result.ReasonCode)
        {
            case MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers:
                Interlocked.Increment(ref Counters.Published);
                Interlocked.Add(ref Counters.BytesOut, entry.Topic.Length + entry.Payload.Length);
                outbox.Acknowledge(entry);
                break;
            case MqttClientPublishReasonCode.TopicNameInvalid or MqttClientPublishReasonCode.PayloadFormatInvalid:
                EventRefused(entry.Id, entry.Topic, result.ReasonCode.ToString());
                outbox.Refuse(entry);
                break;
            default:
                EventPutOff(entry.Id, result.ReasonCode.ToString(), RefusalPause.TotalSeconds);
                // The place stays taken meanwhile, so a broker over its quota is not hammered.
                await Task.Delay(RefusalPause, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                outbox.Return(entry);
                break;
        }
    }

    private MqttApplicationMessage Message(OutboxEntry entry)
    {
        var age = TimeSpan.FromTicks(Math.Max(0, time.GetUtcNow().UtcTicks - entry.CreatedTicks));
        var builder = new MqttApplicationMessageBuilder()
            .WithTopic(entry.Topic)
            .WithPayload(entry.Payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (agent.Upstream.Mqtt.Version == "5")
            builder.WithContentType(CloudEventEncoder.ContentType)
                .WithMessageExpiryInterval((uint)Math.Clamp((agent.Upstream.BufferKeep - age).TotalSeconds, 1, uint.MaxValue))
                .WithUserProperty("traceparent", System.Text.Encoding.UTF8.GetBytes(TraceParent.Of(entry.Id)));
        return builder.Build();
    }

    private MqttApplicationMessage Status(byte[] payload) => new MqttApplicationMessageBuilder()
        .WithTopic(UpstreamClientOptions.StatusTopic(agent))
        .WithPayload(payload)
        .WithRetainFlag()
        .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
        .Build();

    private async Task WaitForSendsAsync()
    {
        for (var i = 0; i < agent.Upstream.InFlightLimit; i++)
            await _places.WaitAsync().ConfigureAwait(false);
        _places.Release(agent.Upstream.InFlightLimit);
    }

    private void ReturnUnsent()
    {
        while (outbox.Owed.TryRead(out var entry))
            outbox.Return(entry);
    }

    private async Task SayGoodbyeAsync(IMqttClient client)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await client.PublishAsync(Status(AgentStatus.Offline(agent)), timeout.Token).ConfigureAwait(false);
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
        UpstreamDisconnected(agent.Upstream.Mqtt.Url, Trouble, pause.TotalSeconds, outbox.Counters.Owed);
    }

    [LoggerMessage(LogLevel.Information, "upstream connected to {Url}, {Owed} events owed")]
    private partial void UpstreamConnected(string url, long owed);

    [LoggerMessage(LogLevel.Warning, "upstream has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s; {Owed} events owed, kept safe")]
    private partial void UpstreamDisconnected(string url, string failure, double pause, long owed);

    [LoggerMessage(LogLevel.Warning, "event {Id} not sent: {Failure}")]
    private partial void EventNotSent(string id, string failure);

    [LoggerMessage(LogLevel.Warning, "event {Id} put off: the broker says {Reason}; tried again in {Pause} s")]
    private partial void EventPutOff(string id, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} refused for ever on topic {Topic}: {Reason}; it is dropped and counted")]
    private partial void EventRefused(string id, string topic, string reason);
}
