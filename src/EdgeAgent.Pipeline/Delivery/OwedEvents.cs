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
/// What a receiver refuses for now is put off with all that goes to the same topic; the rest goes on. Where it takes nothing any
/// more, nothing is sent but one event now and then, and nothing is given up: an outbox must not be emptied into the quarantine
/// because a hub was set up wrongly for an hour.
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
    private readonly QuietTime _quiet;
    private readonly Lock _gate = new();
    private readonly HashSet<OutboxItem> _underWay = [];
    private readonly TopicHolds _holds;
    private readonly RefusalRow _row;
    /// <summary>Events whose topic another one tries; as many as may be under way.</summary>
    private readonly List<OutboxItem> _behindProbe = [];
    private readonly ConditionalWeakTable<OutboxItem, Attempts> _attempts = [];
    private int _places;
    private bool _isCareful;
    // Whether something was not taken for want of a place: then the next answer wakes the delivery.
    private bool _isPlaceWanted;
    private string _lastRefusal = "";
    private long _putOffLoggedAt;

    public OwedEvents(EventOutbox outbox, DeliveryOptions options, TimeProvider time, ILogger logger)
    {
        options.Validate();
        (_outbox, _options, _time, _logger) = (outbox, options, time, logger);
        (_rules, _holds, _row) = (new RefusalRules(time), new TopicHolds(time), new RefusalRow(time));
        _quiet = new QuietTime(time, () => Wake?.Invoke());
    }

    public long Count => _outbox.Counters.Owed;

    /// <summary>What the receiver does not take although there is a connection, and what it said; null: it takes all.</summary>
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
            do
            {
                if (!TryRead(out item)) return false;
            }
            while (IsHeld(item));
            _underWay.Add(item);
        }
        var (entry, clock) = (item.Entry, _outbox.Clock);
        var payload = entry.StampOffsetTicks is null ? entry.Payload
            : Restamp.Payload(entry.Payload, entry.StampOffsetTicks, entry.CreatedTicks, clock, clock.IsSynced);
        if (_attempts.TryGetValue(item, out var attempts) && attempts.IsShort) payload = ShortEvent.Shortest(payload) ?? payload;
        owed = new OwedEvent(item, payload, _outbox.Options.KeepFor(entry.Severity) - clock.AgeOf(entry.CreatedTicks));
        return true;
    }

    public void Settle(in OwedEvent owed, in DeliveryAnswer answer)
    {
        bool isPlaceWanted;
        lock (_gate)
        {
            if (!_underWay.Remove(owed.Item)) return;
            (isPlaceWanted, _isPlaceWanted) = (_isPlaceWanted || _behindProbe.Count > 0, false);
            switch (answer.Outcome)
            {
                case DeliveryOutcome.Accepted:
                    _lastRefusal = "";
                    _quiet.Accepted();
                    _row.Accepted();
                    _holds.Accepted(owed.Topic);
                    _outbox.Acknowledge(owed.Item);
                    break;
                case DeliveryOutcome.Never:
                    _holds.Forget(owed.Item);
                    if (!answer.IsTooLarge) Refuse(owed.Item, answer.Reason);
                    else if (TryShorten(owed.Item)) _outbox.Owed.PutBack(owed.Item);
                    // No news of the receiver: the size of one event says nothing of the others.
                    else GiveUp(owed.Item, answer.Reason);
                    break;
                case DeliveryOutcome.Pause:
                    _holds.Forget(owed.Item);
                    Pause(owed.Item, answer.Reason);
                    break;
                default:
                    PutOff(owed.Item, answer);
                    break;
            }
            ReleaseBehindProbe();
            _isCareful = _row.IsStopped;
            Refusal = _row.Describe(_lastRefusal) ?? _holds.Describe() ?? (_lastRefusal.Length > 0 ? _lastRefusal : null);
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
                _holds.Forget(item);
                if (isAlone && end is not null) ReturnSuspect(item, end);
                else _outbox.Return(item);
            }
            // Only a connection that ends with events under way says something about them.
            _isCareful |= _underWay.Count > 0;
            _underWay.Clear();
            foreach (var item in _behindProbe) _outbox.Return(item);
            _behindProbe.Clear();
        }
    }

    public void Dispose() => _quiet.Dispose();

    /// <summary>Returns the only event that was under way when a connection ended: the end may be its fault.</summary>
    private void ReturnSuspect(OutboxItem item, ConnectionException end)
    {
        if (end.Fault == ConnectionFault.BadMessage)
        {
            if (TryShorten(item)) _outbox.Return(item);
            else Refuse(item, end.Message);
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

    /// <summary>Reads the next event that there is a place for. Call under the gate.</summary>
    private bool TryRead(out OutboxItem item)
    {
        item = null!;
        if (_underWay.Count >= (_isCareful ? Math.Min(1, _places) : _places) || _behindProbe.Count >= _options.InFlightLimit)
        {
            _isPlaceWanted = true;
            return false;
        }
        if (_quiet.IsNow) return false;
        var isForFresh = _places > 1 && _underWay.Count >= _places - Math.Max(1, _places / FreshShare);
        if (_outbox.Owed.TryRead(out item, isFreshOnly: isForFresh)) return true;
        _isPlaceWanted |= isForFresh;
        return false;
    }

    /// <summary>Puts an event aside whose topic the receiver does not take now.</summary>
    private bool IsHeld(OutboxItem item)
    {
        switch (_holds.Ask(item, out var pause))
        {
            case HoldVerdict.PutOff:
                _outbox.PutOff(item, pause);
                return true;
            case HoldVerdict.Wait:
                _behindProbe.Add(item);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Offers again what waited for another event of its topic: its hold says what becomes of it.</summary>
    private void ReleaseBehindProbe()
    {
        foreach (var item in _behindProbe) _outbox.Owed.PutBack(item);
        _behindProbe.Clear();
    }

    /// <summary>Whether an event that was too large can be sent in a shorter form.</summary>
    private bool TryShorten(OutboxItem item)
    {
        var attempts = _attempts.GetOrCreateValue(item);
        if (attempts.IsShort || ShortEvent.Shortest(item.Entry.Payload) is null) return false;
        return attempts.IsShort = true;
    }

    private void PutOff(OutboxItem item, in DeliveryAnswer answer)
    {
        var attempts = _attempts.GetOrCreateValue(item);
        _rules.NoteRefusal(attempts);
        if (answer.IsGivenUpInTheEnd && _rules.IsGivenUp(attempts))
        {
            _holds.Forget(item);
            Refuse(item, answer.Reason);
            return;
        }
        var pause = _holds.Refused(item, answer.Reason, out var isNews);
        LogPutOff(item, answer.Reason, pause);
        _outbox.PutOff(item, pause);
        if (isNews) NoteRefused();
    }

    /// <summary>A refusal that no earlier one explains: after some of them in a row nothing is sent for a while.</summary>
    private void NoteRefused()
    {
        _row.Refused();
        // Others were under way; their answers are no news either.
        if (!_row.IsStopped || _quiet.IsNow) return;
        SendingStopped(_lastRefusal, _quiet.Begin().TotalSeconds);
    }

    /// <summary>Sends nothing for a while: the receiver's limit is the connection's, not the event's, and the order stays.</summary>
    private void Pause(OutboxItem item, string reason)
    {
        LogPutOff(item, reason, _quiet.Begin());
        // Not by way of the outbox: the send queue may hold the next one already.
        _outbox.Owed.PutBack(item);
    }

    private void Refuse(OutboxItem item, string reason)
    {
        GiveUp(item, reason);
        NoteRefused();
    }

    /// <summary>Gives an event up; or keeps it owed, where too many would be given up.</summary>
    private void GiveUp(OutboxItem item, string reason)
    {
        _lastRefusal = $"an event on {item.Entry.Topic} was refused for ever: {reason.TrimEnd('.')}";
        if (_row.MayGiveUp(reason))
        {
            EventRefused(item.Entry.Id, item.Entry.Topic, item.Entry.Payload.Length, reason);
            _outbox.Refuse(item, reason);
        }
        else
        {
            _outbox.PutOff(item, _rules.PauseAfterRefusal(_attempts.GetOrCreateValue(item)));
        }
    }

    private void LogPutOff(OutboxItem item, string reason, TimeSpan pause)
    {
        _lastRefusal = $"an event on {item.Entry.Topic} was put off: {reason.TrimEnd('.')}";
        if (_putOffLoggedAt != 0 && _time.GetElapsedTime(_putOffLoggedAt) < LogEvery) return;
        _putOffLoggedAt = _time.GetTimestamp();
        EventPutOff(item.Entry.Id, item.Entry.Topic, reason, pause.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Warning, "event {Id} on topic {Topic} put off: {Reason}; next attempt in {Pause} s, others go on. "
        + "Logged once in a while")]
    private partial void EventPutOff(string id, string topic, string reason, double pause);

    [LoggerMessage(LogLevel.Error, "upstream takes no event any more: {Refusal}. All stay owed; one is tried in {Pause} s")]
    private partial void SendingStopped(string refusal, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) ended {Count} connections when sent alone: "
        + "the receiver does not accept it. It stays owed; next attempt in {Pause} s, others go on")]
    private partial void EventEndsConnections(string id, string topic, int bytes, int count, double pause);

    [LoggerMessage(LogLevel.Error, "event {Id} on topic {Topic} ({Bytes} bytes) is refused for ever: {Reason}. "
        + "It is counted as dropped and quarantined, see `edgeagent outbox list --quarantined`; others go on")]
    private partial void EventRefused(string id, string topic, int bytes, string reason);
}
