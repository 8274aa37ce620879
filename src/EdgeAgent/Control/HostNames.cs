using System.Net;

namespace EdgeAgent.Control;

/// <summary>
/// The names that this agent may be asked by over TCP. A web page elsewhere can have its own name lead to the agent's address and so
/// have a browser ask it (DNS rebinding); the request then carries that page's name.
/// </summary>
/// <param name="configured">Names that the configuration adds.</param>
internal sealed class HostNames(IReadOnlyCollection<string> configured)
{
    private readonly HashSet<string> _names = new(
        [.. configured, "localhost", Environment.MachineName, $"{Environment.MachineName}.local"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the agent answers to it. A browser sends a name always; whoever sends none is none.</summary>
    /// <param name="host">The request's host, without the port.</param>
    public bool Contains(string host) =>
        host.Length == 0 || IPAddress.TryParse(host.AsSpan().Trim("[]"), out _) || _names.Contains(host.TrimEnd('.'));
}
