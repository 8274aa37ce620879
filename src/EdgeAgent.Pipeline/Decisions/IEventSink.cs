using EdgeAgent.Pipeline.Ingest;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>Where events go: the outbox, or a file.</summary>
internal interface IEventSink
{
    /// <summary>Takes an event over. May block its lane when it is full, which slows the input.</summary>
    /// <param name="anomaly">The event.</param>
    /// <param name="receipt">Released once the event is safe; null where nobody waits.</param>
    void Take(AnomalyEvent anomaly, EventReceipt? receipt);

    /// <summary>A message came again. Its receipt is to be held until the events that it may have caused before are safe.</summary>
    void Repeat(EventReceipt receipt)
    {
    }
}

/// <summary>Hears of every judgement; called on the lane, so it must be quick.</summary>
internal interface IJudgementObserver
{
    void Judged(Windows.DetectorTrack track, long timeTicks, float score);
}
