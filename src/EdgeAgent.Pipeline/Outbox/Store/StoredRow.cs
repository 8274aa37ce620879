using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>What decides about a stored event, without the event.</summary>
internal readonly record struct StoredRow(Severity Severity, long Sequence, long CreatedTicks, long Bytes);
