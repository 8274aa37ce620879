using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.EachChannel;

/// <summary>
/// The statistics of single channels of normal windows, every other one with an invented fault, each in units of its own channel's usual
/// ones.
/// </summary>
/// <param name="Features">[rows, statistics].</param>
/// <param name="Targets">[rows], 1 with a fault.</param>
internal sealed record ChannelRows(float[] Features, float[] Targets)
{
    // Of one window no more channels than these: other windows tell more.
    private const int ChannelsOfWindow = 8;

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="standardisation">Of each statistic of each channel, feature-major.</param>
    /// <param name="random">Chooses windows, channels and faults.</param>
    public static ChannelRows Make(NormalSource normals, NormalOptions options, Standardisation standardisation, SplittableRandom random)
    {
        var (channels, length, statistics) = (normals.Floors.Length, options.WindowLength, options.Features.Count);
        var extractor = new FeatureExtractor(options.Features, 1, length);
        var targets = new float[2 * options.WindowsPerClass];
        var features = new float[targets.Length * statistics];
        var (z, one, order) = (new float[length * channels], new float[length], Enumerable.Range(0, channels).ToArray());
        for (var row = 0; row < targets.Length;)
        {
            normals.Draw(random, z);
            DriftNoise.Add(z, channels, options.DriftAdded, random, options.SticksInPlace);
            random.Shuffle(order);
            foreach (var channel in order.Take(Math.Min(ChannelsOfWindow, targets.Length - row)))
            {
                for (var r = 0; r < length; r++)
                    one[r] = z[r * channels + channel];
                targets[row] = row % 2;
                if (row % 2 == 1) SyntheticEvent.Insert(one, 1, random, options.SticksInPlace, options.OldFaults);
                foreach (ref var value in one.AsSpan())
                    value = Math.Clamp(value, -options.Clip, options.Clip);
                var own = features.AsSpan(row++ * statistics, statistics);
                extractor.Extract(one, own);
                for (var f = 0; f < statistics; f++)
                    own[f] = (own[f] - standardisation.Mean[f * channels + channel]) * standardisation.Scale[f * channels + channel];
            }
        }
        return new ChannelRows(features, targets);
    }
}
