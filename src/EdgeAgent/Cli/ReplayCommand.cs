using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Recordings;
using EdgeAgent.Replay;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent replay</c>: recordings through the same stages, without a broker.</summary>
internal static class ReplayCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("FILES")
        {
            Description =
                "Recordings, or folders of them: CSV, tab or ; separated text, exports of historians, JSON lines as mosquitto_sub -F %J "
                    + "writes them; packed as .gz or not", Arity = ArgumentArity.OneOrMore,
        };
        var model = new Option<string?>("--model")
        {
            Description = "Model bundle to judge with, instead of a configuration", HelpName = "BUNDLE",
        };
        var config = new Option<string?>("--config", "-c") { Description = "Configuration whose detectors judge", HelpName = "FILE" };
        var source = new Option<string?>("--source")
        {
            Description = "Only this source of the configuration [default: messages go to each by their topics, tables to the first]",
            HelpName = "NAME",
        };
        var channel = new Option<string?>("--channel")
        {
            Description = "Channel to judge, for a bundle that takes any [default: the only one]; with commas several, for one of any number",
            HelpName = "NAME",
        };
        var events = new Option<string?>("--events") { Description = "Write each event as a line of JSON", HelpName = "FILE" };
        var scores = new Option<string?>("--scores") { Description = "Write the score of each judged reading as CSV", HelpName = "FILE" };
        var verdicts = new Option<string?>("--verdicts")
        {
            Description = "Write file,datetime,0|1 for each reading of a table", HelpName = "FILE",
        };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw channels, scores and events: a picture (.svg), or a page to read values off (.html)", HelpName = "FILE",
        };
        var labels = new Option<string?>("--labels")
        {
            Description =
                "Column that says with 0 and 1 which readings are anomalous; no model sees it [default: one such as anomaly or label]",
                HelpName = "COLUMN",
        };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON" };
        var command = new Command(
            "replay", "Plays recordings through the same stages as the live agent, as fast as they go.\n\n"
                + "Example: edgeagent replay --model models/pump-health --events events.jsonl recording.csv")
        {
            files, model, config, source, channel, events, scores, verdicts, plot, labels, json,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(model) is null) == (result.GetValue(config) is null)) result.AddError("give either --model or --config");
            if (result.GetValue(plot) is { } file && !PlotFile.Knows(file))
                result.AddError($"--plot {file}: expected a name that ends with .svg or .html");
            if (result.GetValue(channel) is not null && result.GetValue(config) is not null)
                result.AddError("--channel goes with --model; a configuration names the channel in its detector");
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(new ReplayRequest(
            parsed.GetValue(files)!, parsed.GetValue(model), parsed.GetValue(config), parsed.GetValue(source), parsed.GetValue(channel),
            parsed.GetValue(events), parsed.GetValue(scores), parsed.GetValue(verdicts),
            parsed.GetValue(plot), parsed.GetValue(labels), parsed.GetValue(json)), cancel)));
        return command;
    }

    private static int Run(ReplayRequest request, CancellationToken cancel)
    {
        var options = ReplayOptions.Of(request);
        if (options is null) return ExitCodes.BadConfiguration;
        try
        {
            using var replay = new ReplayRun(request, options);
            replay.Play(cancel);
            if (request.Json) replay.Summary.PrintJson(Console.Out);
            else replay.Summary.Print(Console.Out);
            if (replay.Summary.WhyNothing is not { } why) return ExitCodes.Fine;
            Say.Error(why);
            return ExitCodes.Failed;
        }
        catch (Exception e) when (e is RecordingException or BundleException or IOException or UnauthorizedAccessException)
        {
            Say.Error(e.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }
    }
}
