using System.CommandLine;
using EdgeAgent.Demo;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Ingest.Recordings;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent demo</c>: the main job on this machine alone.</summary>
internal static class DemoCommand
{
    private const double UsualSpeed = 50;

    public static Command Build()
    {
        var recording = new Option<string[]>("--recording") { Description = "CSV recordings to play, one device each [default: the bundled ones]", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var model = new Option<string?>("--model") { Description = "Model bundle to judge with [default: the bundled one]", HelpName = "BUNDLE" };
        var speed = new Option<double>("--speed") { Description = "Multiple of recorded time", HelpName = "N", DefaultValueFactory = _ => UsualSpeed };
        var duration = new Option<double?>("--duration") { Description = "End after so many seconds [default: when all is played]", HelpName = "SECONDS" };
        var json = new Option<bool>("--json") { Description = "Lines of JSON for programs" };
        var command = new Command("demo", "Plays real recordings of pumps over MQTT through the whole agent, on a broker of its own.\n\nExample: edgeagent demo --speed 100")
        {
            recording, model, speed, duration, json,
        };
        command.Validators.Add(result =>
        {
            // A default is not filled in yet when validators run: an option that was left out would read as 0.
            if (result.GetResult(speed) is { Implicit: false } && !(result.GetValue(speed) > 0)) result.AddError("--speed must be above 0");
            if (result.GetValue(duration) is <= 0) result.AddError("--duration must be above 0");
        });
        command.SetAction((parsed, cancel) => RunAsync(new DemoRequest(
            parsed.GetValue(recording) ?? [], parsed.GetValue(model), parsed.GetValue(speed),
            parsed.GetValue(duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, parsed.GetValue(json)), cancel));
        return command;
    }

    private static async Task<int> RunAsync(DemoRequest request, CancellationToken cancel)
    {
        try
        {
            return await DemoRun.RunAsync(request, View(request), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RecordingException or BundleException)
        {
            await Console.Error.WriteLineAsync($"edgeagent: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    private static IDemoView View(DemoRequest request) =>
        request.Json ? new JsonDemoView(Console.Out)
        : Console.IsOutputRedirected ? new PlainDemoView(Console.Out)
        : new LiveDemoView();
}
