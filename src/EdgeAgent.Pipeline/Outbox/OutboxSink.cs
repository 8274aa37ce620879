using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Encodes one lane's events and appends them to the outbox. One for each lane.</summary>
internal sealed class OutboxSink : IEventSink
{
    private readonly EventOutbox _outbox;
    private readonly AgentIdentity _identity;
    private readonly PendingEvents? _pending;
    private readonly CloudEventEncoder _encoder;
    private Func<string, bool> _isTimedByArrival;
    private EventTopic _topic;

    /// <param name="identity">Who the agent is.</param>
    /// <param name="options">How events are named.</param>
    /// <param name="outbox">Takes the events.</param>
    /// <param name="isTimedByArrival">Whether a detector's event time is the time of arrival, by this machine's clock; null: none
    /// is.</param>
    /// <param name="pending">Keeps events through a kill until they are safe; null: nothing does.</param>
    public OutboxSink(
        AgentIdentity identity, EventOptions options, EventOutbox outbox, Func<string, bool>? isTimedByArrival = null,
        PendingEvents? pending = null)
    {
        options.Validate();
        (_identity, _outbox, _isTimedByArrival, _pending) = (identity, outbox, isTimedByArrival ?? (_ => false), pending);
        _encoder = new CloudEventEncoder(identity);
        _topic = new EventTopic(identity, options);
    }

    /// <summary>Names events otherwise from now on. To be called on the lane's thread.</summary>
    public void Change(EventOptions options, Func<string, bool> isTimedByArrival) =>
        (_topic, _isTimedByArrival) = (new EventTopic(_identity, options), isTimedByArrival);

    public bool MayBlock => _outbox.IsCrowded || _pending?.IsCrowded == true;

    public void Repeat(EventReceipt receipt) => _outbox.Repeat(receipt);

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        if (_outbox.IsRepeat(anomaly.Id))
        {
            if (receipt is null) return;
            _outbox.Repeat(receipt);
            receipt.Release();
            return;
        }
        // Readings with a time of their own say nothing of this machine's clock, and are the same events wherever they are judged.
        bool? isClockSynced = _isTimedByArrival(anomaly.Detector) ? _outbox.Clock.IsSynced() : null;
        var payload = _encoder.Encode(anomaly, isClockSynced).ToArray();
        var entry = new OutboxEntry(anomaly.Id, _topic.Of(anomaly.Device, anomaly.Detector), payload, anomaly.Severity, _outbox.Clock.Ticks)
        {
            StampOffsetTicks = isClockSynced is false ? _outbox.Clock.OffsetTicks : null,
        };
        var isKept = _pending is not null && _pending.Keep(entry);
        _outbox.Append(entry, receipt, isKept ? _pending : null);
    }
}
