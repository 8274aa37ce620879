using System.Text.RegularExpressions;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Discovery;

/// <summary>A topic for events that no source of the same broker hears: an agent must not take its own events for readings.</summary>
internal static partial class EventTopics
{
    private static readonly string[] Wanted =
        ["anomalies/{site}/{device}", "edgeagent-events/{site}/{device}/{detector}", "edgeagent-events/{site}/{agent}/{device}/{detector}"];

    private const string Status = "edgeagent/+/+/status";

    /// <summary>The first that is safe; null: the sources hear everything.</summary>
    public static string? Find(IReadOnlyList<string> filters) =>
        Array.Find(Wanted, topic => !IsHeard(Placeholder().Replace(topic, "+"), filters));

    /// <summary>Whether the sources hear the agent's own status.</summary>
    public static bool HearStatus(IReadOnlyList<string> filters) => IsHeard(Status, filters);

    private static bool IsHeard(string topic, IReadOnlyList<string> filters) => filters.Any(f => TopicFilter.Overlap(f, topic));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
