namespace EdgeAgent.Recordings.Times;

/// <summary>A time as a text has it.</summary>
/// <param name="Ticks">UTC where the text names its zone; else what the clock on the wall says.</param>
/// <param name="HasZone">Whether the text names its zone, or how far it is from UTC.</param>
public readonly record struct WrittenTime(long Ticks, bool HasZone);
