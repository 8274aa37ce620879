using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeAgent.Control;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent calibration</c>: what the agent has learned of its devices, and how to have it learn anew.</summary>
internal static class CalibrationCommand
{
    public static Command Build()
    {
        var command = new Command("calibration",
            "What the running agent takes for normal, device by device.\n\nExample: edgeagent calibration list --device pump-4");
        command.Subcommands.Add(BuildList());
        command.Subcommands.Add(BuildReset());
        return command;
    }

    private static Command BuildList()
    {
        var agent = new AgentArgument();
        var device = new Option<string?>("--device")
        {
            Description = "Only this device, with the mean and spread of each channel", HelpName = "NAME",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON, with all channels" };
        var command = new Command("list",
            "Lists what each detector has learned of each device.\n\nExample: edgeagent calibration list --device pump-4") { device, json };
        agent.AddTo(command);
        command.SetAction((parsed, cancel) => agent.AskAsync(parsed,
            client => client.AskAsync("GET", Path(parsed.GetValue(device)), cancel: cancel),
            answer =>
            {
                if (parsed.GetValue(json)) Console.WriteLine(answer.Text);
                else Print(JsonSerializer.Deserialize(answer.Body, ControlJson.Default.IReadOnlyListCalibrationView)!,
                    parsed.GetValue(device) is not null);
                return ExitCodes.Fine;
            }));
        return command;
    }

    private static Command BuildReset()
    {
        var agent = new AgentArgument();
        var device = new Argument<string>("DEVICE") { Description = "The device, after a repair or a change of its usual work" };
        var detector = new Option<string?>("--detector")
        {
            Description = "Only what this detector has learned [default: all of them]", HelpName = "NAME",
        };
        var command = new Command(
            "reset", "Has a device learned anew: its next readings are taken for normal, and it is not judged until there are enough.\n\n"
                + "Example: edgeagent calibration reset pump-4") { device, detector };
        agent.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var wish = new CalibrationReset(parsed.GetValue(device)!, parsed.GetValue(detector));
            var body = JsonSerializer.SerializeToUtf8Bytes(wish, ControlJson.Default.CalibrationReset);
            return agent.AskAsync(parsed, client => client.AskAsync("POST", ControlRequests.ResetPath, body, cancel), answer =>
            {
                Console.WriteLine(Words.Lines(answer.Text));
                return ExitCodes.Fine;
            });
        });
        return command;
    }

    private static string Path(string? device) =>
        device is null ? ControlRequests.CalibrationPath : $"{ControlRequests.CalibrationPath}?device={Uri.EscapeDataString(device)}";

    private static void Print(IReadOnlyList<CalibrationView> views, bool withChannels)
    {
        if (views.Count == 0)
        {
            Console.WriteLine("no device has been heard of");
            return;
        }
        var table = new TextTable("device", "detector", "state", ">readings", ">renewed", "since");
        foreach (var view in views)
            table.Add(view.Device, view.Detector, view.IsQuiet ? $"{view.State}, quiet" : view.State,
                view.State is CalibrationView.Learning or CalibrationView.Provisional ? $"{view.Readings} of {view.Needed}" : $"{view.Readings}",
                $"{view.Renewals}", view.Since is { } since ? since.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "");
        table.Print(Console.Out, indent: "");
        if (!withChannels) return;
        foreach (var view in views)
        {
            Console.WriteLine($"\n{Words.Printable(view.Detector)}");
            var channels = new TextTable("channel", ">mean", ">spread", "unit");
            foreach (var channel in view.Channels)
                channels.Add(channel.Name, Number(channel.Mean), Number(channel.Spread), channel.Unit ?? "");
            channels.Print(Console.Out, indent: "  ");
        }
    }

    private static string Number(float value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
