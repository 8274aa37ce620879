namespace EdgeAgent.Modeling.Commands;

/// <summary>What a user asks of <c>evaluate</c>.</summary>
/// <param name="Bundle">Folder of the bundle.</param>
/// <param name="Data">Folder of recordings.</param>
/// <param name="Protocol">One of <see cref="Evaluating.Protocols"/>.</param>
/// <param name="Windows">NAB's list of windows, or null.</param>
/// <param name="Channel">The channel that a model for any one judges, or null.</param>
/// <param name="Verdicts">Where to write verdicts, or null.</param>
internal sealed record EvaluateRequest(string Bundle, string Data, string Protocol, string? Windows, string? Channel, string? Verdicts);
