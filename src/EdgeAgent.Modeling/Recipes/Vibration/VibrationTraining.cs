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

    private enum Part : ulong { Rows, Weights, Order }

    /// <param name="learned">Sound machines to learn from.</param>
    /// <param name="held">Sound machines that give the threshold.</param>
    /// <param name="floors">Smallest spread of each feature of each axis.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="random">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedNetwork Fit(
        IReadOnlyList<MachineRun> learned, IReadOnlyList<MachineRun> held, float[] floors,
        VibrationOptions options, SplittableRandom random, Action<string> progress)
    {
        var width = floors.Length;
        var rows = ContrastRows.Make(
            [.. learned.Select(r => new CalibratedRun(r, floors, options))], width, options, random.Split((ulong)Part.Rows));
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
        var (zero, one) = Threshold(judge, held, floors, options);
        return new FittedNetwork(exported, quantized, zero, one, network.ParameterCount);
    }

    /// <summary>The median output, and a margin above the highest one that a sound machine kept for as long as an event needs.</summary>
    public static (float Zero, float One) Threshold(
        IWindowModel model, IReadOnlyList<MachineRun> held, float[] floors, VibrationOptions options)
    {
        var all = new List<float>();
        var highest = float.NegativeInfinity;
        foreach (var run in held.Select(r => new CalibratedRun(r, floors, options)))
        {
            float[] outputs = [.. Enumerable.Range(0, run.Windows).Select(w => model.Raw(run.Window(w).ToArray()))];
            all.AddRange(outputs);
            highest = Math.Max(highest, HighestKept(outputs, options.Smooth, options.OnAfter));
        }
        all.Sort();
        var median = all[all.Count / 2];
        return (median, highest + (float)options.Margin * (highest - median));
    }

    /// <summary>The highest level that a smoothed series stays at or above for so many steps in a row.</summary>
    internal static float HighestKept(ReadOnlySpan<float> outputs, int smooth, int steps)
    {
        var highest = float.NegativeInfinity;
        for (var end = smooth + steps - 1; end <= outputs.Length; end++)
        {
            var lowest = float.PositiveInfinity;
            for (var last = end - steps + 1; last <= end; last++)
            {
                var sum = 0f;
                foreach (var output in outputs[(last - smooth)..last])
                    sum += output;
                lowest = Math.Min(lowest, sum / smooth);
            }
            highest = Math.Max(highest, lowest);
        }
        return highest;
    }
}
