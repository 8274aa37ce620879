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
        var command = new Command(
            Name, "Runs the agent until it is told to stop; SIGHUP has it read its configuration again.\n\n"
                + "Example: edgeagent run --config edgeagent.toml") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var hangUp = new HangUp();
            var path = parsed.GetValue(config)!;
            var read = ConfigurationArgument.LoadWhole(path);
            return read is null ? ExitCodes.BadConfiguration
                : await AgentHost.RunAsync(read, path, hangUp, () => ConfigurationArgument.Read(path), cancel).ConfigureAwait(false);
        });
        return command;
    }
}
