using System.Runtime.CompilerServices;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>
/// Hands the outbox's events to one delivery and decides what becomes of them, whatever the protocol. Several are under way at
/// once; some places are kept free of the backlog, for fresh ones. Every item it takes is acknowledged, refused or returned to
/// the outbox.
/// </summary>
/// <remarks>
/// A receiver may answer an event that it does not like by ending the connection, and which of those under way that was nobody
/// says. So the next session begins with one event at a time. The one that ends it again and again alone is put off, and the
/// others go on.
/// </remarks>
internal sealed partial class OwedEvents : IOwedEvents, IDisposable
{
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);
    private const int FreshShare = 4;

    private readonly EventOutbox _outbox;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RefusalRules _rules;
    private readonly ITimer _pauseTimer;
    private readonly Lock _gate = new();
    private readonly HashSet<OutboxItem> _underWay = [];
    private readonly ConditionalWeakTable<OutboxItem, Attempts> _attempts = [];
    private int _places;
    private bool _isCareful;
    // Whether something was not taken for want of a place: then the next answer wakes the delivery.
    private bool _isPlaceWanted;
    private long _pausedUntil;
    private int _pauses;
    private long _putOffLoggedAt;

    public OwedEvents(EventOutbox outbox, DeliveryOptions options, TimeProvider time, ILogger logger)
    {
        options.Validate();
        (_outbox, _options, _time, _logger) = (outbox, options, time, logger);
        _rules = new RefusalRules(time);
        _pauseTimer = time.CreateTimer(_ => Wake?.Invoke(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Count => _outbox.Counters.Owed;

    /// <summary>Why the receiver takes no events although there is a connection: what it said last; null: it took the last one.</summary>
    public string? Refusal { get; private set; }

    public Action? Wake
    {
        get => _outbox.Owed.Wake;
        set => _outbox.Owed.Wake = value;
    }

    public void Open(int places)
    {
        lock (_gate) _places = Math.Clamp(places, 1, _options.InFlightLimit);
        _outbox.SetLink(isUp: true);
    }

    public bool TryTake(out OwedEvent owed)
    {
        owed = default;
        OutboxItem item;
        lock (_gate)
        {
            if (_underWay.Count >= (_isCareful ? Math.Min(1, _places) : _places))
            {
                _isPlaceWanted = true;
                return false;
            }
            if (_pausedUntil != 0 && _time.GetTimestamp() < _pausedUntil) return false;
            var isForFresh = _places > 1 && _underWay.Count >= _places - Math.Max(1, _places / FreshShare);
            if (!_outbox.Owed.TryRead(out item, isFreshOnly: isForFresh))
            {
                _isPlaceWanted |= isForFresh;
                return false;
            }
            _underWay.Add(item);
        }
        var (entry, clock) = (item.Entry, _outbox.Clock);
        var payload = entry.StampOffsetTicks is null ? entry.Payload
            : Restamp.Payload(entry.Payload, entry.StampOffsetTicks, entry.CreatedTicks, clock, clock.IsSynced);
        owed = new OwedEvent(item, payload, _outbox.Options.KeepFor(entry.Severity) - clock.AgeOf(entry.CreatedTicks));
        return true;
    }

    public void Settle(in OwedEvent owed, in DeliveryAnswer answer)
    {
        bool isPlaceWanted;
        lock (_gate)
        {
            if (!_underWay.Remove(owed.Item)) return;
            (isPlaceWanted, _isPlaceWanted) = (_isPlaceWanted, false);
            _isCareful = false;
            switch (answer.Outcome)
            {
                case DeliveryOutcome.Accepted:
                    _pauses = 0;
                    Refusal = null;
                    _outbox.Acknowledge(owed.Item);
                    break;
                case DeliveryOutcome.Never:
                    Refuse(owed.Item, answer.Reason);
                    break;
                case DeliveryOutcome.Pause:
                    Pause(owed.Item, answer.Reason);
                    break;
                default:
                    PutOff(owed.Item, answer);
                    break;
            }
        }
        if (isPlaceWanted) Wake?.Invoke();
    }

    public void Close(ConnectionException? end)
    {
        _outbox.SetLink(isUp: false);
        lock (_gate)
        {
            _places = 0;
            var isAlone = _isCareful && _underWay.Count == 1;
            foreach (var item in _underWay)
            {
                if (isAlone && end is not null) ReturnSuspect(item, end);
                else _outbox.Return(item);
            }
            // Only a connection that ends with events under way says something about them.
            _isCareful |= _underWay.Count > 0;
            _underWay.Clear();
        }
    }

    public void Dispose() => _pauseTimer.Dispose();

    /// <summary>Returns the only event that was under way when a connection ended: the end may be its fault.</summary>
    private void ReturnSuspect(OutboxItem item, ConnectionException end)
    {
        if (end.Fault == ConnectionFault.BadMessage)
        {
            Refuse(item, end.Message);
            return;
        }
        var attempts = _attempts.GetOrCreateValue(item);
        if (!RefusalRules.IsFailedAlone(attempts, out var pause))
        {
            _outbox.Return(item);
            return;
        }
        EventEndsConnections(item.Entry.Id, item.Entry.Topic, item.Entry.Payload.Length, attempts.Failures, pause.TotalSeconds);
        _outbox.PutOff(item, pause);
    }

    private void PutOff(OutboxItem item, in DeliveryAnswer answer)
    {
        var attempts = _attempts.GetOrCreateValue(item);
        var pause = _rules.PauseAfterRefusal(attempts);
        if (answer.IsGivenUpInTheEnd && _rules.IsGivenUp(attempts))
        {
            Refuse(item, answer.Reason);
            return;
        }
        LogPutOff(item, answer.Reason, pause);
        _outbox.PutOff(item, pause);
    }

    /// <summary>Sends nothing for a while: the receiver's limit is the connection's, not the event's, and the order stays.</summary>
    private void Pause(OutboxItem item, string reason)
    {
        var pause = RefusalRules.QuietPause(_pauses++);
        _pausedUntil = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        LogPutOff(item, reason, pause);
        // Not by way of the outbox: the send queue may hold the next one already.
        _outbox.Owed.PutBack(item);
        _pauseTimer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void Refuse(OutboxItem item, string reason)
    {
        EventRefused(item.Entry.Id, item.Entry.Topic, item.Entry.Payload.Length, reason);
        _outbox.Refuse(item, reason);
    }

    private void LogPutOff(OutboxItem item, string reason, TimeSpan pause)
    {
        Refusal = $"an event on {item.Entry.Topic} was put off: {reason.TrimEnd('.')}";
        if (_putOffLoggedAt != 0 && _time.GetElapsedTime(_putOffLoggedAt) < LogEvery) return;
        _putOffLoggedAt = _time.GetTimestamp();
        EventPutOff(item.Entry.Id, item.Entry.Topic, reason, pause.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Warning, "event {Id} on topic {Topic} put off: {Reason}; next attempt in {Pause} s, others go on. "
        + "Logged once in a while")]
    private partial void EventPutOff(string id, string topic, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) ended {Count} connections when sent alone: "
        + "the receiver does not accept it. It stays owed; next attempt in {Pause} s, others go on")]
    private partial void EventEndsConnections(string id, string topic, int bytes, int count, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) is refused for ever: {Reason}. "
        + "It is counted as dropped and quarantined, see `edgeagent outbox list --quarantined`; others go on")]
    private partial void EventRefused(string id, string topic, int bytes, string reason);
}
