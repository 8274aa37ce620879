namespace EdgeAgent.Inference.Sessions;

/// <summary>What a model took until it was warm: it has been run before its first window comes.</summary>
/// <param name="Load">Reading and preparing the graph; zero: the session was there already.</param>
/// <param name="FirstRun">The first run of one window, or of the batch that the graph fixes.</param>
/// <param name="NextRun">The one behind it.</param>
public sealed record ColdStart(TimeSpan Load, TimeSpan FirstRun, TimeSpan NextRun);
