using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.Contrast;

/// <summary>
/// Learns to tell normal windows, with all the drift that normal operation shows, from the same with an invented
/// fault in them. No label is used anywhere.
/// </summary>
internal static class ContrastTraining
{
    // Windows from which the ranges of activations are taken; both kinds, as they lie mixed in the training set.
    private const int RangeWindows = 8192;

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedModel Fit(NormalSource normals, ContrastOptions options, ulong seed, Action<string> progress)
    {
        var random = new SplittableRandom(seed);
        var (network, standardisation, set) = Train(normals, options, random, progress);
        var exported = NetworkExport.ToOnnx(network, standardisation);
        var inputs = set.Features.Length / set.Targets.Length;
        var ranges = ActivationRanges.Measure(
            exported, set.Features.AsSpan(0, Math.Min(RangeWindows * inputs, set.Features.Length)).ToArray());
        var quantized = new StaticQuantizer(ranges).Quantize(exported);
        var manifest = NormalManifest.For(normals, options.Normals);
        manifest.Input.Usual = [.. set.UsualFeatures()];
        var threshold = ThresholdSearch.Set(manifest, quantized, normals, options.Normals, progress, ThresholdGrid.Logits);
        return new FittedModel(manifest, exported, quantized, network.ParameterCount) { Threshold = threshold };
    }

    /// <summary>The members learn apart, each from windows of its own, and share one standardisation.</summary>
    private static (Network Network, Standardisation Standardisation, TrainingSet Set) Train(
        NormalSource normals, ContrastOptions options, SplittableRandom random, Action<string> progress)
    {
        Standardisation? standardisation = null;
        TrainingSet? set = null;
        var members = new List<Network>();
        for (var m = 0; m < options.Members; m++)
        {
            var own = random.Split((ulong)m);
            set = TrainingSet.Make(normals, options.Normals, own.Split(0));
            var inputs = set.Features.Length / set.Targets.Length;
            standardisation ??= Stillness.Tame(Standardisation.Of(set.Features, inputs), options.Normals, normals.Floors.Length);
            var network = new Network([inputs, .. options.HiddenWidths, 1], options.Trainer.BatchSize, own.Split(1));
            var name = $"network {m + 1} of {options.Members}";
            Trainer.Train(network, standardisation.Apply(set.Features), set.Targets, options.Trainer, own.Split(2),
                (epoch, loss) =>
                    progress(FormattableString.Invariant($"{name}, epoch {epoch} of {options.Trainer.Epochs}: loss {loss:0.0000}")));
            members.Add(network);
        }
        return (Ensemble.Merge(members, options.Trainer.BatchSize), standardisation!, set!);
    }
}
