using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>What a fit yields, before it is put into a bundle.</summary>
/// <param name="Float">The network as trained, FP32.</param>
/// <param name="Quantized">The same in INT8.</param>
/// <param name="Zero">Median raw output of <paramref name="Quantized"/> on unperturbed normal windows.</param>
/// <param name="One">Its threshold: the 0.99 quantile there.</param>
/// <param name="Parameters">Trained numbers.</param>
internal sealed record FittedModel(ModelProto Float, ModelProto Quantized, float Zero, float One, int Parameters);

/// <summary>
/// Learns to tell normal windows, with all the drift that normal operation shows, from the same with an invented
/// fault in them. No label is used anywhere.
/// </summary>
internal static class ContrastRecipe
{
    // Windows from which the ranges of activations are taken; both kinds, as they lie mixed in the training set.
    private const int RangeWindows = 8192;

    private enum Part : ulong { Windows, Weights, Order, Threshold }

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedModel Fit(NormalSource normals, RecipeOptions options, ulong seed, Action<string> progress)
    {
        var random = new SplittableRandom(seed);
        var drift = Drift.Measure(normals.Evidence, normals.Floors.Length);
        progress($"drift after calibration, in spreads: {string.Join(" ", drift.Sigma.Select(s => FormattableString.Invariant($"{s:0.0}")))}");
        var set = TrainingSet.Make(normals, drift, options, random.Split((ulong)Part.Windows));
        progress($"{set.Targets.Length} training windows");

        var inputs = set.Features.Length / set.Targets.Length;
        var standardisation = Standardisation.Of(set.Features, inputs);
        var network = new Network([inputs, .. options.HiddenWidths, 1], options.Trainer.BatchSize, random.Split((ulong)Part.Weights));
        Trainer.Train(network, standardisation.Apply(set.Features), set.Targets, options.Trainer, random.Split((ulong)Part.Order),
            (epoch, loss) => progress(FormattableString.Invariant($"epoch {epoch} of {options.Trainer.Epochs}: loss {loss:0.0000}")));

        var exported = NetworkExport.ToOnnx(network, standardisation);
        var ranges = ActivationRanges.Measure(exported, set.Features.AsSpan(0, Math.Min(RangeWindows * inputs, set.Features.Length)).ToArray());
        var quantized = new StaticQuantizer(ranges).Quantize(exported);
        var normalLogits = Logits(quantized, TrainingSet.Unperturbed(normals, options, random.Split((ulong)Part.Threshold)));
        return new FittedModel(exported, quantized, Quantile(normalLogits, 0.5), Quantile(normalLogits, options.ThresholdQuantile), network.ParameterCount);
    }

    private static float[] Logits(ModelProto model, float[] features)
    {
        using var session = new GraphSession(model);
        var logits = session.Run(features)[NetworkExport.Output];
        Array.Sort(logits);
        return logits;
    }

    private static float Quantile(float[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
