using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>One event on its way.</summary>
/// <param name="Item">What the outbox knows it by.</param>
/// <param name="Payload">The message, as it is to be sent now.</param>
/// <param name="TimeToLive">What is left of the time for which it is worth delivering.</param>
internal readonly record struct OwedEvent(OutboxItem Item, byte[] Payload, TimeSpan TimeToLive)
{
    public string Id => Item.Entry.Id;
    public string Topic => Item.Entry.Topic;
}
