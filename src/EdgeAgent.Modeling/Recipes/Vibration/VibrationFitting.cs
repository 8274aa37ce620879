using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The way to a vibration bundle: simulate sound machines, fit, try on machines never met, write.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class VibrationFitting(FitRequest request, VibrationOptions options)
{
    private enum Part : ulong { Learned, Held, Model, Trial }

    /// <param name="progress">Told what is going on, a line at a time.</param>
    public VibrationReport Run(Action<string> progress)
    {
        var random = new SplittableRandom(request.Seed);
        var runs = new SimulatedRuns(options);
        progress($"simulating {options.Machines + options.ThresholdMachines} sound machines");
        var learned = Simulate(runs, random.Split((ulong)Part.Learned), options.Machines, options.WindowsOfMachine);
        var held = Simulate(runs, random.Split((ulong)Part.Held), options.ThresholdMachines, options.ThresholdWindows);
        var floors = FeatureFloors.Of(learned, options.Axes.Length);
        float[] floorOfEach = [.. floors.SelectMany(f => Enumerable.Repeat(f, options.Axes.Length))];
        var model = VibrationRecipe.Fit(learned, held, floorOfEach, options, random.Split((ulong)Part.Model), progress);
        var manifest = VibrationManifest.Of(request, options, model, floors);
        var report = VibrationReport.Measure(manifest, model, held, options, random.Split((ulong)Part.Trial), progress);
        Write(manifest with { Figures = Figures(report) }, model, report);
        progress($"written: {request.Out}");
        return report;
    }

    private static MachineRun[] Simulate(SimulatedRuns runs, SplittableRandom random, int machines, int windows) =>
        [.. Enumerable.Range(0, machines).Select(i => runs.Healthy(random.Split((ulong)i), windows))];

    private Dictionary<string, double> Figures(VibrationReport report)
    {
        var figures = new Dictionary<string, double>
        {
            ["simulated.falseEventsPerDay"] = Math.Round(report.FalseEventsPerDay(options.Trial), 3),
            ["simulated.int8AgreesWithFp32"] = Math.Round(report.Agreement, 4),
        };
        foreach (var fault in report.Faults)
            figures[$"simulated.found.{fault.Fault}"] = Math.Round((double)fault.Found / fault.Machines, 3);
        return figures;
    }

    private void Write(BundleManifest manifest, FittedNetwork model, VibrationReport report)
    {
        Directory.CreateDirectory(request.Out);
        File.WriteAllBytes(Path.Combine(request.Out, manifest.Model), model.Quantized.ToByteArray());
        File.WriteAllBytes(Path.Combine(request.Out, BundleWriter.FloatModel), model.Float.ToByteArray());
        WriteText(ModelBundle.ManifestFile, JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest));
        WriteText(GoldenWindows.FileName, JsonSerializer.Serialize(VibrationGolden.Make(manifest, model.Quantized, options), GoldenWindowsJson.Default.GoldenWindows));
        WriteText("README.md", VibrationCard.Write(request, options, manifest, model, report));
    }

    private void WriteText(string name, string text) =>
        File.WriteAllText(Path.Combine(request.Out, name), text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
}
