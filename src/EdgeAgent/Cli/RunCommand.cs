using System.CommandLine;
using EdgeAgent.Hosting;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent run</c>: the agent.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var command = new Command(Name, "Runs the agent until it is told to stop.\n\nExample: edgeagent run --config edgeagent.toml") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = ConfigurationArgument.Load(parsed.GetValue(config)!);
            return options is null ? ExitCodes.BadConfiguration : await AgentHost.RunAsync(options, cancel).ConfigureAwait(false);
        });
        return command;
    }
}
