using System.CommandLine;
using EdgeAgent.Control;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent health</c>: for container checks, service managers and scripts.</summary>
internal static class HealthCommand
{
    public static Command Build()
    {
        var agent = new AgentArgument();
        var command = new Command(
            "health", "Says whether the running agent is well: exit code 0 when it is, degraded or not, 1 when not or when nothing is\n"
                + "judged because no detector is in service.\n\n"
                + "Example: edgeagent health --data /var/lib/edgeagent");
        agent.AddTo(command);
        command.SetAction((parsed, cancel) => agent.AskAsync(parsed, client => AskAsync(client, cancel), answer =>
        {
            Console.WriteLine(Words.Lines(answer.Text));
            return ExitCodes.Fine;
        }));
        return command;
    }

    private static async Task<ControlAnswer?> AskAsync(ControlClient client, CancellationToken cancel) =>
        await client.AskAsync("GET", ControlRequests.LivePath, cancel: cancel).ConfigureAwait(false) is { IsFine: true }
            ? await client.AskAsync("GET", ControlRequests.ReadyPath, cancel: cancel).ConfigureAwait(false)
            : await client.AskAsync("GET", ControlRequests.LivePath, cancel: cancel).ConfigureAwait(false);
}
