using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.TrainingData;

/// <summary>A little more drift than the recordings show, so that the next machine's is not taken for a fault.</summary>
internal static class DriftNoise
{
    private const double OffsetLimit = 1.5;
    // A drift builds up over several hundred readings; one window sees about a tenth of it.
    private const double RampShare = 0.1;

    /// <summary>Adds to each channel an offset N(0, size)·U(0, 1.5) and a small ramp, in place.</summary>
    /// <param name="z">[length, channels].</param>
    /// <param name="channels">Channels of a reading.</param>
    /// <param name="size">In spreads.</param>
    /// <param name="random">Chooses how much.</param>
    /// <param name="keepsStill">What stands still gets no ramp: that it does is told from all else.</param>
    public static void Add(Span<float> z, int channels, double size, SplittableRandom random, bool keepsStill = false)
    {
        var length = z.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var offset = random.Normal() * size * random.Uniform(0, OffsetLimit);
            var ramp = random.Normal() * size * RampShare;
            if (keepsStill && IsStill(z, channels, c)) ramp = 0;
            for (var r = 0; r < length; r++)
                z[r * channels + c] += (float)(offset + ramp * r / (length - 1));
        }
    }

    private static bool IsStill(ReadOnlySpan<float> z, int channels, int channel)
    {
        for (var i = channel + channels; i < z.Length; i += channels)
            if (z[i] != z[channel])
                return false;
        return true;
    }
}
