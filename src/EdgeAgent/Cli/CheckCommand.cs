using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent check</c>: is this configuration fit to run? Opens everything read-only.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var command = new Command("check", "Checks the configuration, its models and its GPIO lines without running them on anything.\n\nExample: edgeagent check --config edgeagent.toml") { config };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(config)!;
            var options = ConfigurationArgument.Load(path);
            if (options is null) return ExitCodes.BadConfiguration;
            var isFine = true;
            foreach (var detectors in options.Detectors.GroupBy(d => d.Model))
                isFine &= CheckModel(detectors.Key, detectors, options);
            LineCheck.Print(options);
            if (!isFine) return ExitCodes.BadConfiguration;
            // No fault of the configuration: the agent starts, does the rest, and connects once OpenSSL is installed.
            if (AsksForTls(options) && !OpenSsl.IsThere) Console.WriteLine($"‼ {OpenSsl.Missing}; the agent runs without these connections");
            Console.WriteLine($"√ {path}: {options.Sources.Count} sources, {options.Detectors.Count} detectors, {options.Rules.Count} rules");
            return ExitCodes.Fine;
        });
        return command;
    }

    private static bool AsksForTls(AgentOptions options) =>
        options.Sources.Select(s => s.Mqtt.Url).Append(options.Upstream.Mqtt.Url).Any(u => u.StartsWith("mqtts:", StringComparison.Ordinal));

    private static bool CheckModel(string folder, IEnumerable<DetectorOptions> detectors, AgentOptions options)
    {
        try
        {
            using var model = OnnxModel.Load(ModelBundle.Load(folder));
            var manifest = model.Bundle.Manifest;
            var golden = GoldenCheck.Run(model);
            var problems = detectors.Select(d => ChannelChoice.Problem(d, options.Sources.Find(s => s.Name == d.Source), model.Bundle)).OfType<string>().ToList();
            Console.WriteLine($"√ {folder}: {manifest.Name} {manifest.Version}, {(model.Bundle.TakesAnyChannel ? "any channel" : $"{manifest.Channels.Count} channels")}, window {manifest.Window.Length}, {golden} golden windows hold");
            foreach (var problem in problems)
                Console.Error.WriteLine($"× {problem}");
            return problems.Count == 0;
        }
        catch (BundleException e)
        {
            Console.Error.WriteLine($"× {e.Message}");
            return false;
        }
    }
}
