namespace EdgeAgent.Recordings;

/// <summary>A recording that cannot be used at all. The message names file and line, and what was expected.</summary>
public sealed class RecordingException(string message, Exception? inner = null) : Exception(message, inner);
