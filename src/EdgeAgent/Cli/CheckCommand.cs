using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent check</c>: is this configuration fit to run? Opens everything read-only.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var command = new Command("check", "Checks the configuration and its models without running them on anything.\n\nExample: edgeagent check --config edgeagent.toml") { config };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(config)!;
            var options = ConfigurationArgument.Load(path);
            if (options is null) return ExitCodes.BadConfiguration;
            var troubles = ModelCheck.Troubles(options, Console.WriteLine);
            foreach (var trouble in troubles)
                Console.Error.WriteLine($"× {trouble}");
            if (troubles.Count > 0) return ExitCodes.BadConfiguration;
            if (options.IsDemo) Console.WriteLine("√ the demo plays until a source is configured");
            Console.WriteLine($"√ {path}: {options.Sources.Count} sources, {options.Detectors.Count} detectors, {options.Rules.Count} rules");
            return ExitCodes.Fine;
        });
        return command;
    }
}
