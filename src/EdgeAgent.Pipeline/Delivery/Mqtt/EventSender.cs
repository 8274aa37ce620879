using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Publishes over one connection: the agent's birth first, then owed events, many in one write. It believes in the broker only as far
/// as each publish is answered in time. Belongs to the session's thread.
/// </summary>
internal sealed class EventSender : IMqttSessionHandler, IDisposable
{
    private const int WriteBytesLimit = 64 * 1024;

    private readonly MqttSession _session;
    private readonly IOwedEvents _owed;
    private readonly StatusPublisher _status;
    private readonly MqttDeliveryOptions _options;
    private readonly TopicSuspicion _suspicion;
    private readonly DeliveryCounters _counters;
    private readonly TimeProvider _time;
    private readonly Dictionary<ushort, OwedEvent> _underWay = [];
    // In the order of sending; an id that was answered leaves when it comes to the front.
    private readonly Queue<(ushort Id, long SentAt)> _bySending = new();
    private readonly ITimer _ackTimer;
    private bool _hasBegun;

    /// <param name="session">The connection.</param>
    /// <param name="owed">Where events come from.</param>
    /// <param name="status">What the agent says of itself; the sender's from now on.</param>
    /// <param name="options">How it publishes.</param>
    /// <param name="suspicion">Learns which topics the broker accepts.</param>
    /// <param name="counters">Counts what is published.</param>
    /// <param name="time">The clock.</param>
    public EventSender(
        MqttSession session, IOwedEvents owed, StatusPublisher status, MqttDeliveryOptions options, TopicSuspicion suspicion,
        DeliveryCounters counters, TimeProvider time)
    {
        (_session, _owed, _status, _options, _suspicion, _counters, _time) = (session, owed, status, options, suspicion, counters, time);
        _ackTimer = time.CreateTimer(_ => session.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called when the broker has answered the birth, if there is one: from then on events are sent.</summary>
    public Action? Begun { get; set; }

    /// <summary>Called when the broker has answered the agent's status, with its topic and why it is refused, if it is.</summary>
    public Action<string, string?>? StatusAnswered { get; set; }

    /// <summary>Answers to what was never sent, or was answered before.</summary>
    public long UnknownAnswers { get; private set; }

    /// <summary>The first publish that the broker has not answered; null: it has answered all.</summary>
    public Unanswered? FirstUnanswered
    {
        get
        {
            DropAnswered();
            if (!_bySending.TryPeek(out var first)) return null;
            var isEvent = _underWay.TryGetValue(first.Id, out var owed);
            return new Unanswered(isEvent ? owed.Topic : _status.Topic, isEvent, _time.GetElapsedTime(first.SentAt));
        }
    }

    /// <summary>Publishes that the agent is there.</summary>
    public void Start()
    {
        var id = _status.PublishBirth();
        NoteSent(id);
        if (id == 0) Begin();
    }

    bool IMqttSessionHandler.OnPublish(in PublishPacket packet, int token) =>
        throw MqttException.Protocol("the broker sent Publish, which nobody asked for");

    void IMqttSessionHandler.OnSubscribed()
    {
    }

    void IMqttSessionHandler.OnPublishAnswered(in PublishAnswer answer)
    {
        if (_status.TryTake(answer))
        {
            // Whatever the broker says to it: events do not depend on it.
            NoteStatusAnswer(answer);
            if (!_hasBegun) Begin();
            return;
        }
        if (!_underWay.Remove(answer.PacketId, out var owed))
        {
            UnknownAnswers++;
            return;
        }
        var outcome = PublishOutcome.Of(answer.Code, answer.Reason);
        if (outcome.Outcome == DeliveryOutcome.Accepted)
        {
            _counters.Published++;
            _suspicion.Accepted(owed.Topic);
        }
        _owed.Settle(owed, outcome);
    }

    void IMqttSessionHandler.OnIdle()
    {
        CheckAnswers();
        if (!_hasBegun) return;
        NoteSent(_status.Renew());
        while (Collect())
        {
            _session.Flush();
            // A broker that takes nothing now: more is collected when it has taken that.
            if (_session.UnsentBytes > 0) return;
        }
    }

    void IMqttSessionHandler.OnStopping() => _status.PublishGoodbye();

    public void Dispose()
    {
        _ackTimer.Dispose();
        _status.Dispose();
    }

    private void Begin()
    {
        _hasBegun = true;
        Begun?.Invoke();
        // One place of those that the broker grants is the status's.
        _owed.Open(_session.Server.ReceiveMaximum - 1);
    }

    /// <summary>Writes what is owed, as long as there are places. True: one write is full, and there may be more.</summary>
    private bool Collect()
    {
        while (_session.UnsentBytes < WriteBytesLimit && _session.SendQuota > 1 && _owed.TryTake(out var next))
        {
            var id = Publish(next, out var bytes);
            if (id == 0)
            {
                var limit = $"it takes {_session.Server.MaximumPacketSize} bytes";
                _owed.Settle(next, DeliveryAnswer.Never(PublishOutcome.Describe(MqttReason.PacketTooLarge, limit), isTooLarge: true));
                continue;
            }
            _counters.BytesOut += bytes;
            _underWay[id] = next;
            NoteSent(id);
        }
        return _session.UnsentBytes >= WriteBytesLimit;
    }

    /// <summary>Publishes the event, shorter where the broker takes it only so; 0: it does not take it even then.</summary>
    private ushort Publish(in OwedEvent owed, out int bytes)
    {
        var whole = MessageOf(owed, owed.Payload);
        var limit = _session.PayloadLimit(whole);
        if (owed.Payload.Length <= limit) return _session.Publish(whole, out bytes);
        bytes = 0;
        if (ShortEvent.Fitting(owed.Payload, limit) is not { } shorter) return 0;
        return _session.Publish(MessageOf(owed, shorter), out bytes);
    }

    private static MqttMessage MessageOf(in OwedEvent owed, byte[] payload) => new()
    {
        Topic = owed.Topic,
        Payload = payload,
        ContentType = CloudEventEncoder.ContentType,
        ExpirySeconds = (uint)Math.Clamp(owed.TimeToLive.TotalSeconds, 1, uint.MaxValue),
        UserProperty = TraceParent.Of(owed.Id) is { } trace ? ("traceparent", trace) : null,
    };

    private void NoteStatusAnswer(in PublishAnswer answer)
    {
        var isAccepted = answer.Code < 0x80;
        if (isAccepted) _suspicion.Accepted(_status.Topic);
        StatusAnswered?.Invoke(_status.Topic, isAccepted ? null : PublishOutcome.Describe(answer.Code, answer.Reason));
    }

    private void NoteSent(ushort id)
    {
        if (id == 0) return;
        if (_bySending.Count == 0) _ackTimer.Change(_options.AckTimeout, Timeout.InfiniteTimeSpan);
        _bySending.Enqueue((id, _time.GetTimestamp()));
    }

    /// <summary>Ends the connection when the oldest publish has waited too long for its answer.</summary>
    private void CheckAnswers()
    {
        DropAnswered();
        if (!_bySending.TryPeek(out var oldest)) return;
        var left = _options.AckTimeout - _time.GetElapsedTime(oldest.SentAt);
        if (left <= TimeSpan.Zero)
            throw new MqttException(MqttFault.Lost,
                $"a publish was not acknowledged within {_options.AckTimeout.TotalSeconds:0.#} s (upstream.ack_timeout)");
        _ackTimer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private void DropAnswered()
    {
        while (_bySending.TryPeek(out var first) && first.Id != _status.UnderWay && !_underWay.ContainsKey(first.Id))
            _bySending.Dequeue();
    }
}
