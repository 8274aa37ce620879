namespace EdgeAgent.Files;

/// <summary>A name stands for something that is not read: no regular file, or a larger one than expected. The message says which.</summary>
/// <param name="path">The name.</param>
/// <param name="problem">What it is, and what was expected: a piece of a sentence behind the name.</param>
public sealed class NotAFileException(string path, string problem) : IOException($"{path} {problem}")
{
    /// <summary>What it is, and what was expected, without the name.</summary>
    public string Problem { get; } = problem;
}
