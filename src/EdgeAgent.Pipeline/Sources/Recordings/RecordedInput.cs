namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>One source that recorded messages go to, as a broker would send them: by their topics.</summary>
/// <param name="Options">The source.</param>
/// <param name="Topics">What it listens to.</param>
/// <param name="Intake">Decodes its messages.</param>
internal sealed record RecordedInput(SourceOptions Options, SourceTopics Topics, RowIntake Intake);
