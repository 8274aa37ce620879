using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Publishes over one connection: the retained status first, then owed events, many in one write. It believes in the broker only
/// as far as each publish is answered in time. Belongs to the session's thread.
/// </summary>
internal sealed class EventSender : IMqttSessionHandler, IDisposable
{
    private const int WriteBytesLimit = 64 * 1024;

    private readonly MqttSession _session;
    private readonly IOwedEvents _owed;
    private readonly AgentIdentity _identity;
    private readonly MqttDeliveryOptions _options;
    private readonly Func<AgentFigures> _figures;
    private readonly DeliveryCounters _counters;
    private readonly TimeProvider _time;
    private readonly Dictionary<ushort, OwedEvent> _underWay = [];
    // In the order of sending; an id that was answered leaves when it comes to the front.
    private readonly Queue<(ushort Id, long SentAt)> _bySending = new();
    private readonly ITimer _ackTimer;
    private readonly ITimer? _statusTimer;
    private AgentFigures _published;
    private ushort _statusId;
    private long _statusAt;
    private bool _hasBegun;

    /// <param name="session">The connection.</param>
    /// <param name="owed">Where events come from.</param>
    /// <param name="identity">Who the agent is.</param>
    /// <param name="options">How it publishes.</param>
    /// <param name="figures">What the status says of the agent's work.</param>
    /// <param name="counters">Counts what is published.</param>
    /// <param name="time">The clock.</param>
    public EventSender(
        MqttSession session, IOwedEvents owed, AgentIdentity identity, MqttDeliveryOptions options, Func<AgentFigures> figures,
        DeliveryCounters counters, TimeProvider time)
    {
        (_session, _owed, _identity, _options, _figures, _counters, _time) = (session, owed, identity, options, figures, counters, time);
        _ackTimer = time.CreateTimer(_ => session.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.StatusEvery > TimeSpan.Zero)
            _statusTimer = time.CreateTimer(_ => session.Wake(), null, options.StatusEvery, options.StatusEvery);
    }

    /// <summary>Called when the broker has taken the first status: from then on events are sent.</summary>
    public Action? Begun { get; set; }

    /// <summary>Answers to what was never sent, or was answered before.</summary>
    public long UnknownAnswers { get; private set; }

    /// <summary>
    /// Publishes that the agent is there. It is no event: what could not be published is published on the next connection.
    /// </summary>
    public void PublishStatus()
    {
        _published = _figures();
        _statusAt = _time.GetTimestamp();
        _statusId = PublishStatus(AgentStatus.Online(_identity, _time.GetUtcNow(), _published));
        NoteSent(_statusId);
        if (_statusId == 0) Begin();
    }

    bool IMqttSessionHandler.OnPublish(in PublishPacket packet, int token) =>
        throw MqttException.Protocol("the broker sent Publish, which nobody asked for");

    void IMqttSessionHandler.OnSubscribed()
    {
    }

    void IMqttSessionHandler.OnPublishAnswered(in PublishAnswer answer)
    {
        if (answer.PacketId == _statusId && _statusId != 0)
        {
            // Whatever the broker says to it: events do not depend on it.
            _statusId = 0;
            if (!_hasBegun) Begin();
            return;
        }
        if (!_underWay.Remove(answer.PacketId, out var owed))
        {
            UnknownAnswers++;
            return;
        }
        var outcome = PublishOutcome.Of(answer.Code, answer.Reason);
        if (outcome.Outcome == DeliveryOutcome.Accepted) _counters.Published++;
        _owed.Settle(owed, outcome);
    }

    void IMqttSessionHandler.OnIdle()
    {
        CheckAnswers();
        if (!_hasBegun) return;
        RenewStatus();
        while (Collect())
            _session.Flush();
    }

    void IMqttSessionHandler.OnStopping() => PublishStatus(AgentStatus.Offline(_identity, _time.GetUtcNow(), _figures()));

    public void Dispose()
    {
        _ackTimer.Dispose();
        _statusTimer?.Dispose();
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
        while (_session.SendQuota > 1 && _owed.TryTake(out var next))
        {
            var id = _session.Publish(MessageOf(next), out var bytes);
            if (id == 0)
            {
                var limit = $"it takes {_session.Server.MaximumPacketSize} bytes";
                _owed.Settle(next, PublishOutcome.Of(MqttReason.PacketTooLarge, limit));
                continue;
            }
            _counters.BytesOut += bytes;
            _underWay[id] = next;
            NoteSent(id);
            if (_session.UnsentBytes >= WriteBytesLimit) return true;
        }
        return false;
    }

    private static MqttMessage MessageOf(in OwedEvent owed) => new()
    {
        Topic = owed.Topic,
        Payload = owed.Payload,
        ContentType = CloudEventEncoder.ContentType,
        ExpirySeconds = (uint)Math.Clamp(owed.TimeToLive.TotalSeconds, 1, uint.MaxValue),
        UserProperty = TraceParent.Of(owed.Id) is { } trace ? ("traceparent", trace) : null,
    };

    private ushort PublishStatus(byte[] payload) => _session.Publish(
        new MqttMessage { Topic = MqttDelivery.StatusTopic(_identity), Payload = payload, IsRetained = true }, out _);

    /// <summary>Publishes the status again where something has changed, now and then.</summary>
    private void RenewStatus()
    {
        if (_statusTimer is null || _statusId != 0 || _time.GetElapsedTime(_statusAt) < _options.StatusEvery) return;
        if (_figures() != _published) PublishStatus();
        else _statusAt = _time.GetTimestamp();
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
        while (_bySending.TryPeek(out var first) && first.Id != _statusId && !_underWay.ContainsKey(first.Id))
            _bySending.Dequeue();
        if (!_bySending.TryPeek(out var oldest)) return;
        var left = _options.AckTimeout - _time.GetElapsedTime(oldest.SentAt);
        if (left <= TimeSpan.Zero)
            throw new MqttException(MqttFault.Lost,
                $"a publish was not acknowledged within {_options.AckTimeout.TotalSeconds:0.#} s (upstream.ack_timeout)");
        _ackTimer.Change(left, Timeout.InfiniteTimeSpan);
    }
}
