using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// Learns to tell windows of sound machines, each calibrated on its own first ones and wandering as machines do, from such
/// windows with an invented change. No fault and no label is used, simulated or not.
/// </summary>
internal static class VibrationTraining
{
    private const int RangeRows = 8192;

    private enum Part : ulong { Rows, Weights, Order, Calibrations }

    /// <param name="learned">Sound machines to learn from.</param>
    /// <param name="held">Sound machines that give the thresholds.</param>
    /// <param name="floors">Smallest spread of each feature of each axis.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="random">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static (FittedNetwork Network, LearnedThresholds Thresholds) Fit(
        IReadOnlyList<MachineRun> learned, IReadOnlyList<MachineRun> held, float[] floors,
        VibrationOptions options, SplittableRandom random, Action<string> progress)
    {
        var width = floors.Length;
        var rows = ContrastRows.Make(
            Calibrated(learned, floors, options, random.Split((ulong)Part.Calibrations)), width, options, random.Split((ulong)Part.Rows));
        progress($"{rows.Targets.Length} training rows of {width} features");
        var standardisation = Standardisation.Of(rows.Features, width);
        var network = new Network([width, .. options.HiddenWidths, 1], options.Trainer.BatchSize, random.Split((ulong)Part.Weights));
        Trainer.Train(network, standardisation.Apply(rows.Features), rows.Targets, options.Trainer, random.Split((ulong)Part.Order),
            (epoch, loss) => progress(FormattableString.Invariant($"epoch {epoch} of {options.Trainer.Epochs}: loss {loss:0.0000}")));

        var exported = NetworkExport.ToOnnx(network, standardisation);
        var ranges = ActivationRanges.Measure(
            exported, rows.Features.AsSpan(0, Math.Min(RangeRows, rows.Targets.Length) * width).ToArray());
        var quantized = new StaticQuantizer(ranges).Quantize(exported);
        using var judge = new NetworkModel(quantized);
        var thresholds = LearnedThresholds.Of(judge, held, floors, options);
        return (new FittedNetwork(exported, quantized, thresholds.Zero, thresholds.One, network.ParameterCount), thresholds);
    }

    /// <summary>Each machine once as it is calibrated in the end, and once by the few windows that a device begins with.</summary>
    private static List<CalibratedRun> Calibrated(
        IReadOnlyList<MachineRun> learned, float[] floors, VibrationOptions options, SplittableRandom random)
    {
        var runs = new List<CalibratedRun>();
        foreach (var run in learned)
        {
            runs.Add(new CalibratedRun(run, floors, options, options.CalibrationWindows));
            var few = (int)random.LogUniform(options.ProvisionalWindows, options.CalibrationWindows);
            runs.Add(new CalibratedRun(run, floors, options, few));
        }
        return runs;
    }
}
