using System.CommandLine;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Commands;

/// <summary>The tool's commands. Exit codes: 0 fine, 1 failed, 2 wrong usage.</summary>
internal static class CommandLine
{
    private const int Failed = 1, WrongUsage = 2;

    public static int Run(string[] args)
    {
        var root = new RootCommand("Makes model bundles for EdgeAgent out of recordings.")
        {
            FitCommand.Build(),
            QuantizeCommand.Build(),
            EvaluateCommand.Build(),
            SeriesCommand.Build(),
            InspectCommand.Build(),
            DescribeCommand.Build(),
            GoldenCommand.Build(),
            BenchCommand.Build(),
            CardCommand.Build(),
            CrossFileCommand.Build(),
            SimulateCommand.Build(),
        };
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                Console.Error.WriteLine($"edgeagent-model: {error.Message}");
            var command = result.CommandResult.Command;
            Console.Error.WriteLine($"Try: edgeagent-model {(command == root ? "" : $"{command.Name} ")}--help");
            return WrongUsage;
        }
        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>Names as people list them, apart by spaces or by commas; null where there are none.</summary>
    public static string[]? Listed(string[]? names)
    {
        const StringSplitOptions Plain = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] listed = [.. (names ?? []).SelectMany(n => n.Split(',', Plain))];
        return listed.Length > 0 ? listed : null;
    }

    /// <summary>Runs a command's work; trouble that the user can mend becomes one line on standard error.</summary>
    public static int Guard(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (Exception e) when (e is ModelingException or BundleException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"edgeagent-model: {e.Message}");
            return Failed;
        }
    }
}
