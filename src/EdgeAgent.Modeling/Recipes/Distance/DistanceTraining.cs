using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>
/// Measures how normal windows' means lie, drift included, and takes the Mahalanobis distance from them for the model's
/// output. Nothing is trained, and no label is used.
/// </summary>
internal static class DistanceTraining
{
    private const int RangeWindows = 8192;

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Chooses the windows.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedModel Fit(NormalSource normals, DistanceOptions options, ulong seed, Action<string> progress)
    {
        var set = TrainingSet.Make(normals, options.Normals, new SplittableRandom(seed));
        var inputs = set.Features.Length / set.Targets.Length;
        var calm = Calm(set, inputs);
        var standardisation = Standardisation.Of(calm, inputs);
        var whitening = Whitening.Of(standardisation.Apply(calm), inputs, options.Loading);
        var exported = DistanceExport.ToOnnx(standardisation, whitening);
        progress($"{calm.Length / inputs} normal windows, {inputs} means of each");

        // Faults are in the ranges, too: how far away one is shall show beyond the threshold.
        var ranges = ActivationRanges.Measure(
            exported, set.Features.AsSpan(0, Math.Min(RangeWindows * inputs, set.Features.Length)).ToArray());
        var quantized = new StaticQuantizer(ranges).Quantize(exported);
        var manifest = NormalManifest.For(normals, options.Normals) with
        {
            Output = new ManifestOutput { Name = DistanceExport.Output, Kind = "score" },
        };
        var threshold = ThresholdSearch.Set(manifest, quantized, normals, options.Normals, progress, grid: null);
        return new FittedModel(manifest, exported, quantized, 2 * inputs + whitening.Count(w => w != 0)) { Threshold = threshold };
    }

    private static float[] Calm(TrainingSet set, int inputs) =>
        [.. Enumerable.Range(0, set.Targets.Length).Where(row => set.Targets[row] == 0)
            .SelectMany(row => set.Features.AsSpan(row * inputs, inputs).ToArray())];
}
