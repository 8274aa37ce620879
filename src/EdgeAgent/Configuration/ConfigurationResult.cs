using System.Diagnostics.CodeAnalysis;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Configuration;

/// <summary>What became of reading the configuration: the options, or every error that was found.</summary>
/// <param name="Options">The options; null where there are errors.</param>
/// <param name="Errors">In the order of files, lines and columns, the environment last; empty where there are options.</param>
public sealed record ConfigurationResult(AgentOptions? Options, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>What is no error and may not be what was meant.</summary>
    public IReadOnlyList<ConfigurationError> Warnings { get; init; } = [];

    /// <summary>Whether the configuration can be used.</summary>
    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
