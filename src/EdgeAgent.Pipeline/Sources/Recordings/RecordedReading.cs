namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>What a recording says of a reading beside its values.</summary>
/// <param name="TimeText">Its time as the file spells it.</param>
/// <param name="TimeTicks">The same in ticks, UTC.</param>
/// <param name="HasLabels">Whether the recording says which readings are anomalous.</param>
/// <param name="IsLabelled">Whether it says so of this one.</param>
/// <param name="IsChange">Whether the course of things is said to change at this one.</param>
internal readonly record struct RecordedReading(string TimeText, long TimeTicks, bool HasLabels, bool IsLabelled, bool IsChange);
