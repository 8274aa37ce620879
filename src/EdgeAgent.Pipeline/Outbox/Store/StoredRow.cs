using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>What decides about a stored event, without the event.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Sequence">Its place in the order.</param>
/// <param name="CreatedTicks">When it was taken in.</param>
/// <param name="Bytes">What it counts for.</param>
/// <param name="Id">The event's; empty where damage made it something else.</param>
/// <param name="Device">Whose it is, as <see cref="RowDevice"/> tells; empty: it does not say.</param>
internal readonly record struct StoredRow(Severity Severity, long Sequence, long CreatedTicks, long Bytes, string Id, string Device);
