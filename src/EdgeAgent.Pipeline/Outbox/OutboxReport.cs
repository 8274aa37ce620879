namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What the outbox holds, counted by its own thread.</summary>
/// <param name="Entries">Events held, on disk or in memory: owed, if the counters are right.</param>
/// <param name="Bytes">What they weigh.</param>
/// <param name="OldestTicks">When the oldest was taken in, UTC; 0 when there is none.</param>
internal readonly record struct OutboxReport(long Entries, long Bytes, long OldestTicks);
