using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Ingest;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Where a lane's events leave it: encodes them and appends them to the outbox. One for each lane.</summary>
/// <param name="options">The configuration.</param>
/// <param name="outbox">Takes the events.</param>
/// <param name="time">The wall clock.</param>
/// <param name="pending">Keeps events through a kill until they are safe; null: nothing does.</param>
internal sealed class OutboxSink(AgentOptions options, EventOutbox outbox, TimeProvider time, PendingEvents? pending = null) : IEventSink
{
    private readonly CloudEventEncoder _encoder = new(options.Site, options.Id);

    public void Repeat(EventReceipt receipt) => outbox.Repeat(receipt);

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        var topic = EventTopic.Of(options, anomaly);
        var payload = _encoder.Encode(anomaly).ToArray();
        var entry = new OutboxEntry(anomaly.Id, topic, payload, anomaly.Severity, time.GetUtcNow().UtcTicks, receipt);
        pending?.Keep(entry);
        outbox.Append(entry);
    }
}
