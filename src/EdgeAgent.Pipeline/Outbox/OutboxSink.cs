using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Ingest;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Where a lane's events leave it: encodes them and appends them to the outbox. One for each lane.</summary>
internal sealed class OutboxSink(AgentOptions options, EventOutbox outbox, TimeProvider time) : IEventSink
{
    private readonly CloudEventEncoder _encoder = new(options.Site, options.Id);

    public void Repeat(EventReceipt receipt) => outbox.Repeat(receipt);

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        var topic = EventTopic.Of(options, anomaly);
        var payload = _encoder.Encode(anomaly).ToArray();
        outbox.Append(new OutboxEntry(anomaly.Id, topic, payload, anomaly.Severity, time.GetUtcNow().UtcTicks, receipt));
    }
}
