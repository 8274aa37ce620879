using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>
/// Where a delivery gets the events that are owed. It opens a session when it can send, takes the next event whenever it has
/// a place, and answers each exactly once; closing the session takes back the rest. For any thread.
/// </summary>
internal interface IOwedEvents
{
    /// <summary>How many events are owed.</summary>
    long Count { get; }

    /// <summary>
    /// Called, on any thread, when there may be more to take: an event came, or an answer made a place for one that was refused.
    /// Without a session it is called when something urgent waits for one. Must not block.
    /// </summary>
    Action? Wake { get; set; }

    /// <summary>Begins a session: from now on events are offered.</summary>
    /// <param name="places">How many the receiver takes at once, at most.</param>
    void Open(int places);

    /// <summary>Takes the next event. False: there is none now, or no place for it.</summary>
    bool TryTake(out OwedEvent owed);

    /// <summary>Says what became of an event. An event that a closed session took back is ignored.</summary>
    void Settle(in OwedEvent owed, in DeliveryAnswer answer);

    /// <summary>Ends the session and takes back every event without an answer.</summary>
    /// <param name="end">Why the connection ended; null: the agent ended it.</param>
    void Close(ConnectionException? end);
}
