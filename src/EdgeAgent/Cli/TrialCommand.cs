using System.CommandLine;
using EdgeAgent.Trials;

namespace EdgeAgent.Cli;

/// <summary>A hidden command that the agent and <c>check</c> start: tries bundles in a process that may do little.</summary>
internal static class TrialCommand
{
    public const string Name = "trial";
    public const string MemoryName = "--memory";

    public static Command Build()
    {
        var memory = new Option<long>(MemoryName) { Required = true };
        var folders = new Argument<string[]>("bundles");
        var command = new Command(Name, "Started by the agent: tries bundles before they are used.") { memory, folders };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            TrialWorker.EndWithParent(Console.OpenStandardInput());
            using var output = new StreamWriter(Console.OpenStandardOutput());
            TrialWorker.Run(parsed.GetValue(folders)!, parsed.GetValue(memory), output);
            return ExitCodes.Fine;
        });
        return command;
    }
}
