using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model golden</c>: windows with the output that a model has here, for devices to prove theirs.</summary>
internal static class GoldenCommand
{
    private const int DefaultWindows = 8, WindowLimit = 256;

    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of the bundle" };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder of recordings to cut windows from; they become part of the bundle. Without it windows are invented",
    };
    private static readonly Option<string?> Channel = new("--channel")
    {
        Description = "For a model of any one channel: the column to take, where recordings have several",
    };
    private static readonly Option<int> Windows = new("--windows")
    {
        Description = $"How many, up to {WindowLimit}", DefaultValueFactory = _ => DefaultWindows,
    };
    private static readonly Option<float?> Tolerance = new("--tolerance")
    {
        Description = "By how much an output may differ on a device; without it 0.1 % of the range of the outputs, 5 % in INT8",
    };
    private static readonly Option<bool> Renew = new("--renew") { Description = "Replaces golden windows that are there" };

    public static Command Build()
    {
        Windows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > WindowLimit) result.AddError($"--windows: expected 2 to {WindowLimit}");
        });
        var command = new Command("golden",
            "Writes golden.json into a bundle: windows, and what its model says of them on this machine. Each device runs them when it loads "
            + "the model, alone and together, and refuses a model that its processor computes otherwise.\n\n"
            + "Example: edgeagent-model golden models/mine") { Bundle, Data, Channel, Windows, Tolerance, Renew };
        command.SetAction(result => CommandLine.Guard(() => Run(
            result.GetRequiredValue(Bundle), result.GetValue(Data), result.GetValue(Channel), result.GetValue(Windows),
            result.GetValue(Tolerance), result.GetValue(Renew))));
        return command;
    }

    private static void Run(string folder, string? data, string? channel, int count, float? tolerance, bool renew)
    {
        var path = Path.Combine(folder, GoldenWindows.FileName);
        if (File.Exists(path) && !renew) throw new ModelingException($"{path} is there already: --renew replaces it");
        var bundle = ModelBundle.Load(folder);
        var windows = data is null ? BundleGolden.Invent(bundle.Manifest, count) : RecordedWindows.Collect(
            bundle.Manifest, new ChannelArgument(bundle.Manifest, channel, folder).Read(data), count);
        using var model = OnnxModel.Load(bundle);
        var golden = BundleGolden.Make(model, windows);
        if (tolerance is { } told) golden.Tolerance = told;
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(golden, GoldenWindowsJson.Default.GoldenWindows) + "\n");
        File.Move($"{path}.new", path, overwrite: true);
        // As a device does.
        var (held, outputs) = (GoldenCheck.Run(model), golden.Windows.ConvertAll(w => w.Output));
        Console.WriteLine(FormattableString.Invariant(
            $"{path}: {held} windows, outputs {outputs.Min():0.####} to {outputs.Max():0.####} ± {golden.Tolerance:0.#####}"));
        if (held < windows.Count)
            Console.Error.WriteLine($"note: of {windows.Count - held} more windows the model makes something that is not a number");
        if (outputs.TrueForAll(o => o == outputs[0]))
            Console.Error.WriteLine("note: all windows give the same output, so they prove little: take windows of recordings with --data");
        else if (data is null && bundle.Manifest.Calibration.Over == "none")
            Console.Error.WriteLine("note: the model takes values in their units, and these are invented around 0: --data takes real ones");
    }
}
