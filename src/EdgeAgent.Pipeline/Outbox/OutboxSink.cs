using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Where a lane's events leave it: encodes them and appends them to the outbox. One for each lane.</summary>
/// <param name="options">The configuration.</param>
/// <param name="outbox">Takes the events.</param>
/// <param name="isClockSynced">Whether the machine's clock is set.</param>
/// <param name="pending">Keeps events through a kill until they are safe; null: nothing does.</param>
internal sealed class OutboxSink(AgentOptions options, EventOutbox outbox, Func<bool> isClockSynced, PendingEvents? pending = null) : IEventSink
{
    private readonly CloudEventEncoder _encoder = new(options.Site, options.Id);

    /// <summary>Detectors whose event time is the time of arrival.</summary>
    private readonly HashSet<string> _byArrival =
        [.. options.Detectors.Where(d => options.Sources.Any(s => s.Name == d.Source && s.Time is null)).Select(d => d.Name)];

    public void Repeat(EventReceipt receipt) => outbox.Repeat(receipt);

    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        if (outbox.IsRepeat(anomaly.Id))
        {
            if (receipt is null) return;
            outbox.Repeat(receipt);
            receipt.Release();
            return;
        }
        var topic = EventTopic.Of(options, anomaly);
        // Readings with a time of their own say nothing of this machine's clock, and are the same events wherever they are judged.
        bool? clock = _byArrival.Contains(anomaly.Detector) ? isClockSynced() : null;
        var payload = _encoder.Encode(anomaly, clock).ToArray();
        var entry = new OutboxEntry(anomaly.Id, topic, payload, anomaly.Severity, outbox.Clock.Ticks, receipt)
        {
            StampOffsetTicks = clock is false ? outbox.Clock.OffsetTicks : null,
        };
        pending?.Keep(entry);
        outbox.Append(entry);
    }
}
