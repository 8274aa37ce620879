using EdgeAgent.Pipeline.Outbox;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Sends owed events over one connection with QoS 1, several under way at once; some places are kept free of the backlog,
/// for fresh ones. Every entry it takes is acknowledged, refused or given back to the outbox.
/// </summary>
internal sealed partial class EventSender(AgentOptions agent, EventOutbox outbox, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);
    private const int FreshShare = 4;

    private readonly RefusalRules _rules = new(time);
    private int _limit;
    private int _underWay;
    private volatile bool _isCareful;
    private long _quietUntil;
    private int _quietTimes;
    private long _toldPutOff;

    public UpstreamCounters Counters { get; } = new();

    /// <summary>Sends until <paramref name="ended"/> is set.</summary>
    public async Task SendAllAsync(UpstreamSession session, CancellationToken ended)
    {
        // One place of those that the broker gives is the status'.
        _limit = Math.Max(1, Math.Min(agent.Upstream.InFlightLimit, session.Terms.ReceiveMaximum - 1));
        while (true)
        {
            // On a connection that has ended each would fail at once and be taken for what ended it.
            while (session.End is null && TryTake(out var entry, out var isAlone))
                _ = SendAsync(session, entry, isAlone, ended);
            await outbox.Owed.WaitAsync(ended).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for what is under way, and gives back what was not begun.</summary>
    public async Task SettleAllAsync()
    {
        while (Volatile.Read(ref _underWay) > 0)
            await outbox.Owed.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        while (outbox.Owed.TryRead(out var entry))
            outbox.Return(entry);
    }

    /// <summary>A place first, then the entry: what has been taken is always on its way or given back.</summary>
    private bool TryTake(out OutboxEntry entry, out bool isAlone)
    {
        (entry, isAlone) = (null!, _isCareful);
        var underWay = Volatile.Read(ref _underWay);
        if (underWay >= (isAlone ? 1 : _limit) || time.GetTimestamp() < Volatile.Read(ref _quietUntil)) return false;
        var isForFresh = _limit > 1 && underWay >= _limit - Math.Max(1, _limit / FreshShare);
        if (!outbox.Owed.TryRead(out entry, isFreshOnly: isForFresh)) return false;
        Interlocked.Increment(ref _underWay);
        return true;
    }

    private async Task SendAsync(UpstreamSession session, OutboxEntry entry, bool isAlone, CancellationToken ended)
    {
        try
        {
            var answer = await session.PublishAsync(UpstreamMessages.Event(agent, entry, outbox.Clock), ended).ConfigureAwait(false);
            Settle(entry, answer);
            _isCareful = false;
        }
        catch (Exception e)
        {
            // Whatever it was, the event stays owed, and a fresh connection is the cure that we have.
            GiveBack(entry, isAlone, session.End);
            if (e is not (OperationCanceledException or LinkException)) session.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            outbox.Owed.Wake();
        }
    }

    /// <summary>
    /// A broker may answer an event that it does not like by ending the connection, and which of those under way that was
    /// nobody says. So the next connection begins with one event at a time; the one that ends it again and again alone is
    /// put off, and the others go on.
    /// </summary>
    private void GiveBack(OutboxEntry entry, bool isAlone, LinkException? end)
    {
        _isCareful = true;
        if (isAlone && end is not null && Upstream.MqttReason.IsForEver(end.Code))
            Refuse(entry, Upstream.MqttReason.Words(end.Code));
        else if (!isAlone || end is null || !RefusalRules.IsFailedAlone(entry, out var pause))
            outbox.Return(entry);
        else
        {
            EventEndsConnections(entry.Id, entry.Topic, entry.Payload.Length, entry.Failures, pause.TotalSeconds);
            outbox.PutOff(entry, pause);
        }
    }

    private void Settle(OutboxEntry entry, PublishAnswer answer)
    {
        switch (answer.Code)
        {
            case Upstream.MqttReason.Success or Upstream.MqttReason.NoMatchingSubscribers:
                _quietTimes = 0;
                Interlocked.Increment(ref Counters.Published);
                Interlocked.Add(ref Counters.BytesOut, answer.WireBytes);
                outbox.Acknowledge(entry);
                break;
            case var code when Upstream.MqttReason.IsForEver(code):
                Refuse(entry, Words(answer));
                break;
            case Upstream.MqttReason.QuotaExceeded:
                BeQuiet(entry, answer);
                break;
            default:
                var pause = _rules.PauseAfterRefusal(entry);
                if (answer.Code == Upstream.MqttReason.NotAuthorized && _rules.IsGivenUp(entry))
                {
                    Refuse(entry, Words(answer));
                    break;
                }
                TellPutOff(entry, Words(answer), pause);
                outbox.PutOff(entry, pause);
                break;
        }
    }

    /// <summary>The quota is the connection's, not the event's: nothing is sent for a while, and the order stays.</summary>
    private void BeQuiet(OutboxEntry entry, PublishAnswer answer)
    {
        var pause = RefusalRules.QuietPause(_quietTimes++);
        Volatile.Write(ref _quietUntil, time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency));
        TellPutOff(entry, Words(answer), pause);
        // Not by way of the outbox: the lane may hold the next one already.
        outbox.Owed.PutBack(entry);
        _ = Task.Delay(pause, time).ContinueWith(_ => outbox.Owed.Wake(), TaskScheduler.Default);
    }

    private void Refuse(OutboxEntry entry, string reason)
    {
        EventRefused(entry.Id, entry.Topic, entry.Payload.Length, reason);
        outbox.Refuse(entry, reason);
    }

    private static string Words(PublishAnswer answer) =>
        Upstream.MqttReason.Words(answer.Code) + (answer.Reason is { Length: > 0 } said ? $" (\"{said}\")" : "");

    private void TellPutOff(OutboxEntry entry, string reason, TimeSpan pause)
    {
        var told = Volatile.Read(ref _toldPutOff);
        if (told != 0 && time.GetElapsedTime(told) < TellEvery) return;
        Volatile.Write(ref _toldPutOff, time.GetTimestamp());
        EventPutOff(entry.Id, entry.Topic, reason, pause.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Warning, "event {Id} on topic {Topic} put off: the broker says {Reason}; tried again in {Pause} s, others go on. Told once in a while")]
    private partial void EventPutOff(string id, string topic, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) ended {Count} connections when sent alone: the broker does not take it. It stays owed and is tried again in {Pause} s; others go on")]
    private partial void EventEndsConnections(string id, string topic, int bytes, int count, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) is refused for ever: {Reason}. It is counted as dropped and quarantined, see `edgeagent outbox list --quarantined`; others go on")]
    private partial void EventRefused(string id, string topic, int bytes, string reason);
}
