using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
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
        var learned = Simulate(runs, random.Split((ulong)Part.Learned), options.Machines, options.BlocksOfMachine);
        var held = Simulate(runs, random.Split((ulong)Part.Held), options.ThresholdMachines, options.ThresholdBlocks);
        var floors = FeatureFloors.Of(learned, options.Axes.Length);
        float[] floorOfEach = [.. floors.SelectMany(f => Enumerable.Repeat(f, options.Axes.Length))];
        var (model, thresholds) = VibrationTraining.Fit(learned, held, floorOfEach, options, random.Split((ulong)Part.Model), progress);
        var manifest = VibrationManifest.Of(request, options, model, thresholds, floors);
        var report = VibrationReport.Measure(manifest, model, held, options, random.Split((ulong)Part.Trial), progress);
        manifest = manifest with { Figures = Figures(report) };
        BundleWriter.Write(request.Out, manifest, model.Quantized, model.Float, VibrationGolden.Make(manifest, model.Quantized, options));
        BundleWriter.WriteCard(request.Out, VibrationCard.Write(request, options, manifest, model, report));
        progress($"written: {request.Out}");
        return report;
    }

    private static MachineRun[] Simulate(SimulatedRuns runs, SplittableRandom random, int machines, int blocks) =>
        [.. Enumerable.Range(0, machines).Select(i => runs.Healthy(random.Split((ulong)i), blocks))];

    private Dictionary<string, double> Figures(VibrationReport report)
    {
        var figures = new Dictionary<string, double>
        {
            ["simulated.falseEventsPerDay"] = Math.Round(report.FalseEventsPerDay(options.Trial), 3),
            ["simulated.int8AgreesWithFp32"] = Math.Round(report.Agreement, 4),
        };
        foreach (var few in report.Short)
        {
            figures[$"simulated.falseShareAfter{few.Samples}Samples"] = Math.Round(few.FalseShare, 4);
            figures[$"simulated.f1After{few.Samples}Samples"] = Math.Round(few.F1, 3);
        }
        foreach (var fault in report.Faults)
            figures[$"simulated.found.{fault.Fault}"] = Math.Round((double)fault.Found / fault.Machines, 3);
        return figures;
    }
}
