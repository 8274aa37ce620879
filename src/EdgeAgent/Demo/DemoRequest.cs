namespace EdgeAgent.Demo;

/// <summary>What the user asked <c>demo</c> to do.</summary>
/// <param name="Recordings">Files or folders to play; empty: the bundled ones.</param>
/// <param name="Model">Bundle to judge with; null: the bundled one.</param>
/// <param name="Speed">Multiple of recorded time.</param>
/// <param name="Duration">When to end at the latest; null: at the recordings' end.</param>
/// <param name="Json">Lines of JSON instead of a picture.</param>
internal sealed record DemoRequest(string[] Recordings, string? Model, double Speed, TimeSpan? Duration, bool Json);
