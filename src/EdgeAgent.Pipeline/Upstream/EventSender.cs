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
    private static readonly TimeSpan PauseLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);
    private const int LoneFailureLimit = 3;

    private readonly SemaphoreSlim _places = new(agent.Upstream.InFlightLimit);
    private volatile bool _isCareful;
    private long _toldPutOff;

    public UpstreamCounters Counters { get; } = new();

    /// <summary>Sends until <paramref name="ended"/> is set, and sets it when sending fails.</summary>
    public async Task SendAllAsync(IMqttClient client, CancellationTokenSource ended)
    {
        while (await outbox.Owed.WaitToReadAsync(ended.Token).ConfigureAwait(false))
        {
            // A place first, then the entry: what has been taken is always on its way or given back.
            await _places.WaitAsync(ended.Token).ConfigureAwait(false);
            if (!outbox.Owed.TryRead(out var entry))
                _places.Release();
            else if (_isCareful)
                await SendAsync(client, entry, isAlone: true, ended).ConfigureAwait(false);
            else
                _ = SendAsync(client, entry, isAlone: false, ended);
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

    private async Task SendAsync(IMqttClient client, OutboxEntry entry, bool isAlone, CancellationTokenSource ended)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            timeout.CancelAfter(agent.Upstream.AckTimeout);
            var result = await client.PublishAsync(UpstreamMessages.Event(agent, entry, time), timeout.Token).ConfigureAwait(false);
            Settle(entry, result);
            _isCareful = false;
        }
        catch (Exception e)
        {
            // Whatever it was, the event stays owed, and a fresh connection is the cure that we have.
            GiveBack(entry, isAlone);
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

    /// <summary>
    /// A broker may answer an event that it does not like by ending the connection, and which of those under way that was
    /// nobody says. So the next connection begins with one event at a time; the one that ends it again and again alone is
    /// put off, and the others go on.
    /// </summary>
    private void GiveBack(OutboxEntry entry, bool isAlone)
    {
        if (!isAlone || ++entry.Failures < LoneFailureLimit)
        {
            _isCareful = true;
            outbox.Return(entry);
            return;
        }
        var pause = PauseAfter(entry.Failures - LoneFailureLimit, TimeSpan.FromMinutes(1));
        EventEndsConnections(entry.Id, entry.Topic, entry.Payload.Length, entry.Failures, pause.TotalSeconds);
        outbox.PutOff(entry, pause);
    }

    private static TimeSpan PauseAfter(int times, TimeSpan first)
    {
        var pause = first * Math.Pow(2, Math.Min(times, 16));
        return pause < PauseLimit ? pause : PauseLimit;
    }

    private void Settle(OutboxEntry entry, MqttClientPublishResult result)
    {
        switch (result.ReasonCode)
        {
            case MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers:
                Interlocked.Increment(ref Counters.Published);
                Interlocked.Add(ref Counters.BytesOut, UpstreamMessages.WireBytes(agent, entry));
                outbox.Acknowledge(entry);
                break;
            case MqttClientPublishReasonCode.TopicNameInvalid or MqttClientPublishReasonCode.PayloadFormatInvalid:
                EventRefused(entry.Id, entry.Topic, result.ReasonCode.ToString());
                outbox.Refuse(entry);
                break;
            default:
                var pause = PauseAfter(entry.Refusals++, RefusalPause);
                TellPutOff(entry, result.ReasonCode, pause);
                outbox.PutOff(entry, pause);
                break;
        }
    }

    private void TellPutOff(OutboxEntry entry, MqttClientPublishReasonCode reason, TimeSpan pause)
    {
        var told = Volatile.Read(ref _toldPutOff);
        if (told != 0 && time.GetElapsedTime(told) < TellEvery) return;
        Volatile.Write(ref _toldPutOff, time.GetTimestamp());
        EventPutOff(entry.Id, entry.Topic, reason.ToString(), pause.TotalSeconds);
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

    [LoggerMessage(LogLevel.Warning, "event {Id} on topic {Topic} put off: the broker says {Reason}; tried again in {Pause} s, others go on. Told once in a while")]
    private partial void EventPutOff(string id, string topic, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) ended {Count} connections when sent alone: the broker does not take it. It stays owed and is tried again in {Pause} s; others go on")]
    private partial void EventEndsConnections(string id, string topic, int bytes, int count, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} refused for ever on topic {Topic}: {Reason}; it is dropped and counted")]
    private partial void EventRefused(string id, string topic, string reason);
}
