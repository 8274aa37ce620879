using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.TrainingData;

/// <summary>Puts an invented fault into a window: the recipe's picture of what a fault can look like.</summary>
internal static class SyntheticEvent
{
    private const int ChannelsLimit = 3;
    private const double SmallestSigma = 1.5, LargestSigma = 30;
    // Beside channels that tell the load, much less than the load's own spread is plain.
    private const double CoupledSigma = 0.5;

    private enum Shape { Step, Ramp, Noise, Stuck }

    /// <summary>The faults in words, for the card.</summary>
    public static string Describe(bool sticksInPlace, string channels) =>
        $"an invented fault (step, ramp, noise, stuck{(sticksInPlace ? " beside its place or in it" : "")}; 1.5 to 30 spreads{channels})";

    /// <summary>
    /// From a random reading to the end, 1 to 3 channels step (50 %), ramp (25 %), shake (15 %) or stand still beside
    /// their place (10 %), by 1.5 to 30 calibration spreads, uniform in the logarithm, up or down.
    /// </summary>
    /// <param name="z">[length, channels], changed in place.</param>
    /// <param name="channels">Channels of a reading.</param>
    /// <param name="random">Chooses all of it.</param>
    /// <param name="sticksInPlace">Every other channel that stands still does so where it is.</param>
    /// <param name="oldShare">Of so many the whole window is bent: they began before it.</param>
    /// <param name="isCoupled">Whether other channels tell where a channel belongs.</param>
    public static void Insert(Span<float> z, int channels, SplittableRandom random, bool sticksInPlace = false, double oldShare = 0,
        bool isCoupled = false)
    {
        var shape = random.Uniform() switch { < 0.50 => Shape.Step, < 0.75 => Shape.Ramp, < 0.90 => Shape.Noise, _ => Shape.Stuck };
        var start = random.Below(z.Length / channels);
        if (oldShare > 0 && random.Uniform() < oldShare) start = 0;
        Span<int> order = stackalloc int[channels];
        for (var c = 0; c < channels; c++)
            order[c] = c;
        random.Shuffle(order);
        foreach (var channel in order[..(1 + random.Below(Math.Min(ChannelsLimit, channels)))])
        {
            var size = random.LogUniform(isCoupled ? CoupledSigma : SmallestSigma, LargestSigma) * (random.Uniform() < 0.5 ? -1 : 1);
            if (sticksInPlace && shape == Shape.Stuck && random.Uniform() < 0.5) size = 0;
            Bend(z, channels, channel, start, shape, size, random);
        }
    }

    /// <summary>
    /// One channel runs as in another window, while the others go on: by itself it looks in order. Of windows before it that one is
    /// taken in which the channel lies farthest from here.
    /// </summary>
    public static void Part(Span<float> z, int channels, ChannelMix windows, SplittableRandom random)
    {
        var channel = random.Below(channels);
        windows.TakeFarthest(z, channel, random);
    }

    private static void Bend(Span<float> z, int channels, int channel, int start, Shape shape, double size, SplittableRandom random)
    {
        var length = z.Length / channels;
        var held = z[start * channels + channel];
        for (var r = start; r < length; r++)
        {
            ref var value = ref z[r * channels + channel];
            value = shape switch
            {
                Shape.Step => value + (float)size,
                Shape.Ramp => value + (float)(size * (r - start + 1) / (length - start)),
                Shape.Noise => value + (float)(size * random.Normal()),
                _ => held + (float)size,
            };
        }
    }
}
