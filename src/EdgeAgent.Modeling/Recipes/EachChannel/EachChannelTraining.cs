using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.EachChannel;

/// <summary>
/// As the contrast, but one small network judges every channel by itself, and the worst one counts. What is learned from one
/// channel serves all, so that many channels need no more recordings than few; what only shows between channels is not seen.
/// </summary>
internal static class EachChannelTraining
{
    private const int RangeWindows = 4096, UsualWindows = 4096;

    private enum Part : ulong { Usual = 50, Ranges = 51, Members = 60 }

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedModel Fit(NormalSource normals, EachChannelOptions options, ulong seed, Action<string> progress)
    {
        var shape = options.Normals;
        var random = new SplittableRandom(seed);
        var standardisation = Usual(normals, shape, random.Split((ulong)Part.Usual));
        var members = new List<Network>();
        for (var m = 0; m < options.Members; m++)
        {
            var own = random.Split((ulong)Part.Members + (ulong)m);
            var rows = ChannelRows.Make(normals, shape, standardisation, own.Split(0));
            var network = new Network([shape.Features.Count, .. options.HiddenWidths, 1], options.Trainer.BatchSize, own.Split(1));
            var last = 0.0;
            Trainer.Train(network, rows.Features, rows.Targets, options.Trainer, own.Split(2), (_, loss) => last = loss);
            progress(FormattableString.Invariant($"each channel by itself, network {m + 1} of {options.Members}: loss {last:0.0000}"));
            members.Add(network);
        }
        var merged = Ensemble.Merge(members, options.Trainer.BatchSize);
        var exported = EachChannelExport.ToOnnx(merged, standardisation);
        var ranges = TrainingSet.Make(normals, shape with { WindowsPerClass = RangeWindows / 2 }, random.Split((ulong)Part.Ranges));
        var quantized = new StaticQuantizer(ActivationRanges.Measure(exported, ranges.Features)).Quantize(exported);
        var manifest = NormalManifest.For(normals, shape);
        manifest.Input.Usual = [.. ranges.UsualFeatures()];
        var threshold = ThresholdSearch.Set(manifest, quantized, normals, shape, progress, ThresholdGrid.Logits);
        return new FittedModel(manifest, exported, quantized, merged.ParameterCount) { Threshold = threshold };
    }

    /// <summary>Of each statistic of each channel in normal windows.</summary>
    private static Standardisation Usual(NormalSource normals, NormalOptions options, SplittableRandom random)
    {
        var channels = normals.Floors.Length;
        var extractor = new FeatureExtractor(options.Features, channels, options.WindowLength);
        var features = new float[UsualWindows * extractor.Count];
        var z = new float[options.WindowLength * channels];
        for (var w = 0; w < UsualWindows; w++)
        {
            normals.Draw(random, z);
            DriftNoise.Add(z, channels, options.DriftAdded, random, options.SticksInPlace);
            extractor.Extract(z, features.AsSpan(w * extractor.Count, extractor.Count));
        }
        return Stillness.Tame(Standardisation.Of(features, extractor.Count), options, channels);
    }
}
