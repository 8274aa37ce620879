using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EdgeAgent.Rules;

namespace EdgeAgent.Cli;

/// <summary>The command line: what there is, and how wrong usage ends.</summary>
internal static class CommandLineApp
{
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build().Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(Invocation(parsed)).ConfigureAwait(false);
        foreach (var error in parsed.Errors)
            await Say.ErrorAsync(OneLine(error.Message)).ConfigureAwait(false);
        foreach (var hint in Hints(parsed))
            await Console.Error.WriteLineAsync(Words.Printable(hint)).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"try `edgeagent {CommandNames(parsed)}--help`").ConfigureAwait(false);
        return ExitCodes.WrongUsage;
    }

    /// <summary>The host and the guard see to signals themselves; other commands get their cancellation and a moment to clean up.</summary>
    private static InvocationConfiguration Invocation(ParseResult parsed) => new()
    {
        ProcessTerminationTimeout = parsed.CommandResult.Command.Name is RunCommand.Name or GpioCommand.GuardName
            ? null : TimeSpan.FromSeconds(15),
    };

    private static RootCommand Build()
    {
        var root = new RootCommand("Finds anomalies in sensor readings on the gateway, and forwards only these.");
        root.Subcommands.Add(RunCommand.Build());
        root.Subcommands.Add(StatusCommand.Build());
        root.Subcommands.Add(HealthCommand.Build());
        root.Subcommands.Add(CalibrationCommand.Build());
        root.Subcommands.Add(OutboxCommand.Build());
        root.Subcommands.Add(DemoCommand.Build());
        root.Subcommands.Add(ReplayCommand.Build());
        root.Subcommands.Add(TapCommand.Build());
        root.Subcommands.Add(ConfigCommand.Build());
        root.Subcommands.Add(CheckCommand.Build());
        root.Subcommands.Add(DoctorCommand.Build());
        root.Subcommands.Add(GpioCommand.Build());
        root.Subcommands.Add(TrialCommand.Build());
        root.Subcommands.Add(VersionCommand.Build());
        return root;
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What may have been meant by a word that nothing takes.</summary>
    private static IEnumerable<string> Hints(ParseResult parsed)
    {
        var (command, names) = (parsed.CommandResult.Command, CommandNames(parsed));
        foreach (var word in parsed.UnmatchedTokens)
        {
            if (NearestName.Find(word, [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)]) is { } near)
                yield return $"did you mean `edgeagent {names}{near}`?";
            else if (word.EndsWith(".toml", StringComparison.Ordinal) && command.Options.Any(o => o.Name == "--config"))
                yield return $"did you mean `edgeagent {names}--config {word}`?";
        }
    }

    private static string CommandNames(ParseResult parsed)
    {
        var names = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            names = $"{command.Command.Name} {names}";
        return names;
    }
}
