using System.CommandLine;
using EdgeAgent.Doctor;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Mqtt.Transport;
using EdgeAgent.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent check</c>: is this configuration fit to run? Opens everything read-only.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var command = new Command(
            "check", "Checks the configuration, its models and its GPIO lines without running them on anything.\n\n"
                + "Example: edgeagent check --config edgeagent.toml") { config };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(config)!;
            if (ConfigurationArgument.LoadWhole(path) is not { Options: { } options, Warnings: var warnings })
                return ExitCodes.BadConfiguration;
            foreach (var warning in warnings)
                Console.WriteLine($"‼ {warning}");
            var trials = new TrialProcess(NullLogger.Instance);
            var verdicts = ModelCheck.Try(options, trials);
            string[] troubles =
            [
                .. ModelCheck.Troubles(options, verdicts, line => Console.WriteLine(Words.Printable(line))),
                .. ConnectionCheck.Troubles(options),
            ];
            LineCheck.Print(options);
            foreach (var trouble in troubles)
                Console.Error.WriteLine($"× {Words.Printable(trouble)}");
            if (troubles.Length > 0) return ExitCodes.BadConfiguration;
            // No fault of the configuration: the agent starts, does the rest, and connects once OpenSSL is installed.
            if (AsksForTls(options) && !OpenSsl.IsThere)
                Console.WriteLine($"‼ {OpenSsl.Missing}; the agent runs without these connections");
            foreach (var source in options.Sources.Where(s => s.Share is { SecretFile: null }))
                Console.WriteLine(UnsignedShare(source.Name, $"edgeagent/{options.Site}/share/{source.Share!.Group}/+"));
            if (options.Upstream.Preset is { } preset)
                Console.WriteLine($"√ upstream.mqtt.preset \"{preset}\" sets {string.Join(", ", options.Upstream.PresetKeys)}");
            foreach (var line in ServeCheck.Lines(options.Serve, trials))
                Console.WriteLine(Words.Printable(line));
            Console.WriteLine(Memory(options, verdicts));
            if (options.IsDemo) Console.WriteLine("√ the demo plays until a source is configured");
            Console.WriteLine(
                $"√ {path}: {Words.Of(options)}");
            return ExitCodes.Fine;
        });
        return command;
    }

    /// <summary>What devices may take, and whether this machine has it.</summary>
    private static string Memory(AgentOptions options, IReadOnlyDictionary<string, TrialVerdict> verdicts)
    {
        var bound = MemoryWords.BoundOf(options, verdicts);
        return MemoryFindings.Of(bound, new MemoryLimits().Least()) is { Verdict: Verdict.Warning } finding
            ? $"‼ memory: {finding.Text}: {finding.Remedy}" : $"√ memory: {MemoryWords.Of(bound)}";
    }

    private static string UnsignedShare(string source, string topics) =>
        $"‼ sources.{source}.share has no secret_file: whoever may write on {topics} can take devices from all members; set it, or let "
            + "the broker allow each agent its own topic there only (docs/brokers.md)";

    private static bool AsksForTls(AgentOptions options) =>
        options.Sources.Select(s => s.Mqtt.Url).Append(options.Upstream.Mqtt.Url)
            .Any(u => u.StartsWith("mqtts:", StringComparison.Ordinal));
}
