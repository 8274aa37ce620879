namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>An event as the store keeps it.</summary>
/// <param name="Sequence">Its place in the order of sending.</param>
/// <param name="Entry">The event.</param>
internal readonly record struct StoredEvent(long Sequence, OutboxEntry Entry);
