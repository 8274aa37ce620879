using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.TrainingData;

/// <summary>Features of normal windows with some drift (target 0) and of such windows with an invented fault (target 1).</summary>
/// <param name="Features">[rows, inputs].</param>
/// <param name="Targets">[rows].</param>
internal sealed record TrainingSet(float[] Features, float[] Targets)
{
    // Where channels follow each other.
    private const double PartedShare = 0.3;

    public static TrainingSet Make(NormalSource normals, NormalOptions options, SplittableRandom random)
    {
        var channels = normals.Floors.Length;
        var extractor = new FeatureExtractor(options.Features, channels, options.WindowLength);
        var targets = new float[2 * options.WindowsPerClass];
        var features = new float[targets.Length * extractor.Count];
        var z = new float[options.WindowLength * channels];
        var mix = options.MixesChannels && channels > 1 ? new ChannelMix(options.WindowLength, channels) : null;
        var parts = options.IsCoupled ? new ChannelMix(options.WindowLength, channels) : null;
        for (var row = 0; row < targets.Length; row++)
        {
            normals.Draw(random, z);
            mix?.Mix(z, random);
            parts?.Keep(z);
            DriftNoise.Add(z, channels, options.DriftAdded, random, options.SticksInPlace);
            // The two kinds lie mixed, so that any part of the set holds both.
            targets[row] = row % 2;
            if (row % 2 == 1 && parts is not null && random.Uniform() < PartedShare) SyntheticEvent.Part(z, channels, parts, random);
            else if (row % 2 == 1) SyntheticEvent.Insert(z, channels, random, options.SticksInPlace, options.OldFaults, options.IsCoupled);
            foreach (ref var value in z.AsSpan())
                value = Math.Clamp(value, -options.Clip, options.Clip);
            extractor.Extract(z, features.AsSpan(row * extractor.Count, extractor.Count));
        }
        return new TrainingSet(features, targets);
    }

    /// <summary>Each feature's median over the normal windows.</summary>
    public IEnumerable<float> UsualFeatures()
    {
        var inputs = Features.Length / Targets.Length;
        var normal = Enumerable.Range(0, Targets.Length).Where(row => Targets[row] == 0).ToArray();
        for (var i = 0; i < inputs; i++)
        {
            var values = normal.Select(row => Features[row * inputs + i]).Order().ToArray();
            // Four decimals keep the manifest readable.
            yield return MathF.Round(values[values.Length / 2], 4);
        }
    }
}
