namespace EdgeAgent.Replay;

/// <summary>What the user asked <c>replay</c> to do; null: not asked for.</summary>
internal sealed record ReplayRequest(
    string[] Files, string? Model, string? Config, string? Source, string? Channel, string? Events, string? Scores, string? Verdicts,
    string? Plot, string? Labels, bool Json);
