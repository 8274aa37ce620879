using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;

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
            var isFine = true;
            foreach (var folder in options.Detectors.Select(d => d.Model).Distinct())
                isFine &= CheckModel(folder);
            if (!isFine) return ExitCodes.BadConfiguration;
            Console.WriteLine($"√ {path}: {options.Sources.Count} sources, {options.Detectors.Count} detectors, {options.Rules.Count} rules");
            return ExitCodes.Fine;
        });
        return command;
    }

    private static bool CheckModel(string folder)
    {
        try
        {
            using var model = OnnxModel.Load(ModelBundle.Load(folder));
            var manifest = model.Bundle.Manifest;
            var golden = GoldenCheck.Run(model);
            Console.WriteLine($"√ {folder}: {manifest.Name} {manifest.Version}, {manifest.Channels.Count} channels, window {manifest.Window.Length}, {golden} golden windows hold");
            return true;
        }
        catch (BundleException e)
        {
            Console.Error.WriteLine($"× {e.Message}");
            return false;
        }
    }
}
