using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Configuration;

/// <summary>One thing that is wrong with the configuration, told so that it can be mended without the manual.</summary>
/// <param name="File">The file, seen from the configuration's folder, or the name of the environment variable.</param>
/// <param name="Line">Counted from 1; 0 where there is no line.</param>
/// <param name="Column">Counted from 1; 0 where there is no column.</param>
/// <param name="Key">The whole key, with dots; empty where the trouble is not with a key.</param>
/// <param name="Problem">What was found. Never the value of a secret.</param>
/// <param name="Remedy">What was expected, and the nearest known name.</param>
public sealed record ConfigurationError(string File, int Line, int Column, string Key, string Problem, string? Remedy = null)
{
    /// <summary>One line with the place and the problem, and below it the remedy, indented.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        var first = VisibleText.Of($"{place}: {Problem}");
        return Remedy is null ? first : $"{first}\n    {string.Join("\n    ", Remedy.Split('\n').Select(VisibleText.Of))}";
    }
}

/// <summary>Where a key or value was written: in a file, or (with line 0) in an environment variable.</summary>
internal readonly record struct ConfigurationPosition(string Source, int Line = 0, int Column = 0)
{
    public ConfigurationError Error(string key, string problem, string? remedy = null)
        => new(Source, Line, Column, key, problem, remedy);
}
