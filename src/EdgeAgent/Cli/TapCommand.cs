using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Tap;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent tap</c>: what the sensors send right now, and what the configuration makes of it.</summary>
internal static class TapCommand
{
    private const int LinesPerSecond = 20;

    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var source = new Argument<string?>("SOURCE")
        {
            Description = "Source of the configuration [default: all of them]", Arity = ArgumentArity.ZeroOrOne,
        };
        // Help asks for these as well, and then there is no configuration yet.
        source.CompletionSources.Add(context => context.ParseResult.GetValue(config) is { Length: > 0 } file && File.Exists(file)
            ? ConfigurationArgument.Read(file).Options?.Sources.Select(s => s.Name) ?? [] : []);
        var bad = new Option<bool>("--bad") { Description = "Only messages that cannot be used, with the reason" };
        var save = new Option<string?>("--save")
        {
            Description = "Write the messages as they came as JSON lines, which replay --config reads; never over a file",
            HelpName = "FILE",
        };
        var readings = new Option<string?>("--save-readings")
        {
            Description = "Write the readings as the sources understand them as a table, which edgeagent-model fit and replay --model "
                + "read; never over a file", HelpName = "FILE.csv",
        };
        var span = SpanOption("--for", "End after this time, as in 30s or 5m [default: Ctrl+C]");
        var count = new Option<int?>("--count") { Description = "End after so many messages", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print a line of JSON for each message" };
        var command = new Command("tap",
            "Shows each message that the sources' brokers publish now, and what the sources make of it: device, event time, channels, or "
                + "why it is refused. It listens beside the agent, which need not run, and takes nothing from it. What the agent makes of "
                + "readings after that, as joining and scores, is not shown.\n\nExample: edgeagent tap pumps --bad --for 30s")
        {
            source, config, bad, save, readings, span, count, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(readings) is { } table && !table.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                result.AddError($"--save-readings {table}: expected a name that ends with .csv");
            if (result.GetValue(count) is < 1) result.AddError("--count: expected a number above 0");
        });
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(config)!, parsed.GetValue(source),
            new TapRequest(
                parsed.GetValue(bad), parsed.GetValue(save), parsed.GetValue(readings), parsed.GetValue(span), parsed.GetValue(count),
                parsed.GetValue(json)),
            cancel));
        return command;
    }

    /// <summary>An option that takes a duration with its unit.</summary>
    public static Option<TimeSpan?> SpanOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Units.Duration(result.Tokens[0].Value) is { Ticks: > 0 } span && span < TimeSpan.FromDays(30)) return span;
            result.AddError($"{name} is \"{result.Tokens[0].Value}\"; expected a time below 30 days with its unit ({Units.Durations}), as in 30s");
            return null;
        },
    };

    private static async Task<int> RunAsync(string config, string? name, TapRequest request, CancellationToken cancel)
    {
        if (ConfigurationArgument.Load(config) is not { } options) return ExitCodes.BadConfiguration;
        if (Sources(options, name) is not { } sources) return ExitCodes.WrongUsage;
        var troubles = ConnectionCheck.Troubles(options).ToList();
        foreach (var trouble in troubles)
            await Console.Error.WriteLineAsync($"× {Words.Printable(trouble)}").ConfigureAwait(false);
        if (troubles.Count > 0) return ExitCodes.BadConfiguration;
        var rate = Console.IsOutputRedirected ? null : new LineRate(LinesPerSecond, TimeProvider.System);
        ITapView view = request.IsJson ? new TapJson(Console.Out) : new TapText(Console.Out, Palette.Of(Console.IsOutputRedirected), rate);
        try
        {
            using var tap = new TapRun(request, options.Id, sources, view, line => Say.Error(line));
            await tap.RunAsync(cancel).ConfigureAwait(false);
            foreach (var line in tap.Summary())
                await (request.IsJson ? Console.Error : Console.Out).WriteLineAsync(line).ConfigureAwait(false);
            return tap.IsFine ? ExitCodes.Fine : ExitCodes.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Say.ErrorAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    private static List<SourceOptions>? Sources(AgentOptions options, string? name)
    {
        if (options.Sources.Count == 0)
        {
            Say.Error("the configuration has no source to listen to: write a [sources.NAME], or have "
                + "`edgeagent config init` propose one");
            return null;
        }
        if (name is null) return options.Sources;
        if (options.Sources.Find(s => s.Name == name) is { } source) return [source];
        Console.Error.WriteLine(
            $"edgeagent: there is no source \"{name}\"; the configuration has {string.Join(", ", options.Sources.Select(s => s.Name))}");
        return null;
    }
}
