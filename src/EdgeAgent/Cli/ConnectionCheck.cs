using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Cli;

/// <summary>Whether the files of a configuration's connections can be used: passwords, certificates, keys. No connection is made.</summary>
internal static class ConnectionCheck
{
    /// <summary>What is wrong, a line each.</summary>
    public static IEnumerable<string> Troubles(AgentOptions options) =>
        options.Sources.Select(s => (Name: $"sources.{s.Name}.mqtt", s.Mqtt)).Append((Name: "upstream.mqtt", options.Upstream.Mqtt))
            .Select(c => (c.Name, Problem: ConnectionFiles.Problem(c.Mqtt))).Where(c => c.Problem is not null)
            .Select(c => $"{c.Name}: {c.Problem}");
}
