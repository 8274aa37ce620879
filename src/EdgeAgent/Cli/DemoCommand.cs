using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeAgent.Demo;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Recordings;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent demo</c>: the main job on this machine alone.</summary>
internal static class DemoCommand
{
    private const double UsualSpeed = 50;
    private const double NumberLimit = 1_000_000;

    public static Command Build()
    {
        var recording = new Option<string[]>("--recording")
        {
            Description = "Recordings to play, tables of one device each [default: the bundled ones]",
            HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<string?>("--model")
        {
            Description = "Model bundle to judge with [default: the bundled one]", HelpName = "BUNDLE",
        };
        var speed = new Option<double>("--speed")
        {
            Description = "Multiple of recorded time", HelpName = "N",
            DefaultValueFactory = _ => UsualSpeed, CustomParser = r => Positive(r, "--speed"),
        };
        var duration = new Option<double?>("--duration")
        {
            Description = "End after so many seconds [default: when all is played]",
            HelpName = "SECONDS", CustomParser = r => Positive(r, "--duration"),
        };
        var json = new Option<bool>("--json") { Description = "Lines of JSON for programs" };
        var command = new Command(
            "demo", "Plays real recordings of pumps over MQTT through the whole agent, on a broker of its own.\n\n"
                + "Example: edgeagent demo --speed 100")
        {
            recording, model, speed, duration, json,
        };
        command.SetAction((parsed, cancel) => RunAsync(new DemoRequest(
            parsed.GetValue(recording) ?? [], parsed.GetValue(model), parsed.GetValue(speed),
            parsed.GetValue(duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, parsed.GetValue(json)), cancel));
        return command;
    }

    private static double Positive(ArgumentResult result, string option)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text.TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and <= NumberLimit)
            return value;
        result.AddError($"{option} is \"{text}\"; expected a number above 0 and at most {NumberLimit}");
        return 0;
    }

    private static async Task<int> RunAsync(DemoRequest request, CancellationToken cancel)
    {
        var view = View(request);
        try
        {
            return await DemoRun.RunAsync(request, view, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RecordingException or BundleException)
        {
            await Say.ErrorAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        finally
        {
            (view as IDisposable)?.Dispose();
        }
    }

    private static IDemoView View(DemoRequest request) =>
        request.Json ? new JsonDemoView(Console.Out)
        : Console.IsOutputRedirected ? new PlainDemoView(Console.Out)
        : new LiveDemoView();
}
