using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Events;

/// <summary>Takes the events of one lane: the outbox, or a file.</summary>
internal interface IEventSink
{
    /// <summary>Takes an event over. May block its lane when it is full, which slows the input.</summary>
    /// <param name="anomaly">The event.</param>
    /// <param name="receipt">Released once the event is safe; null where nobody waits.</param>
    void Take(AnomalyEvent anomaly, EventReceipt? receipt);

    /// <summary>Whether the next events might have to wait for room.</summary>
    bool MayBlock => false;

    /// <summary>Holds the receipt of a repeated message until the events that it may have caused before are safe.</summary>
    void Repeat(EventReceipt receipt)
    {
    }
}
