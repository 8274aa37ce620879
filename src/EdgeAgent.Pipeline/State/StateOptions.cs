namespace EdgeAgent.Pipeline.State;

/// <summary>Where the agent keeps what it knows of its devices; keys of the table <c>[agent]</c>.</summary>
/// <param name="Folder">Survives a restart of the machine.</param>
/// <param name="RuntimeFolder">Survives the process; in memory where possible; empty: chosen.</param>
/// <param name="Checkpoint">How often devices are written to the folder.</param>
public sealed record StateOptions(string Folder, string RuntimeFolder, TimeSpan Checkpoint);
