using EdgeAgent.Pipeline.Outbox;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Sends owed events over one connection with QoS 1, several under way at once. Every entry it takes is acknowledged,
/// refused or given back to the outbox.
/// </summary>
internal sealed partial class EventSender(AgentOptions agent, EventOutbox outbox, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(agent.Upstream.InFlightLimit);

    public UpstreamCounters Counters { get; } = new();

    /// <summary>Sends until <paramref name="ended"/> is set, and sets it when sending fails.</summary>
    public async Task SendAllAsync(IMqttClient client, CancellationTokenSource ended)
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

    /// <summary>Waits for what is under way, and gives back what was not begun.</summary>
    public async Task SettleAllAsync()
    {
        await WaitForSendsAsync().ConfigureAwait(false);
        ReturnUnsent();
    }

    public void Dispose() => _places.Dispose();

    private async Task SendAsync(IMqttClient client, OutboxEntry entry, CancellationTokenSource ended)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            timeout.CancelAfter(agent.Upstream.AckTimeout);
            var result = await client.PublishAsync(UpstreamMessages.Event(agent, entry, time), timeout.Token).ConfigureAwait(false);
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

    [LoggerMessage(LogLevel.Warning, "event {Id} not sent: {Failure}")]
    private partial void EventNotSent(string id, string failure);

    [LoggerMessage(LogLevel.Warning, "event {Id} put off: the broker says {Reason}; tried again in {Pause} s")]
    private partial void EventPutOff(string id, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} refused for ever on topic {Topic}: {Reason}; it is dropped and counted")]
    private partial void EventRefused(string id, string topic, string reason);
}
