using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>How far each channel wanders after calibration while all is well, and windows that wander as far.</summary>
/// <param name="Sigma">Per channel, root mean square of a window's mean z.</param>
internal sealed record Drift(double[] Sigma)
{
    private const double OffsetLimit = 1.5;
    // A drift of Sigma builds up over several hundred readings; one window sees about a tenth of it.
    private const double RampShare = 0.1;

    /// <param name="normals">Where unperturbed windows come from.</param>
    /// <param name="windows">How many to look at.</param>
    /// <param name="random">Chooses them.</param>
    public static Drift Measure(NormalSource normals, int windows, SplittableRandom random)
    {
        var channels = normals.Floors.Length;
        var squares = new double[channels];
        for (var w = 0; w < windows; w++)
        {
            var z = normals.Draw(random);
            for (var c = 0; c < channels; c++)
                squares[c] += Math.Pow(Mean(z, c, channels), 2);
        }
        return new Drift([.. squares.Select(s => Math.Sqrt(s / windows))]);
    }

    /// <summary>Adds to each channel an offset N(0, sigma)·U(0, 1.5) and a small ramp, in place.</summary>
    /// <param name="z">[length, channels].</param>
    /// <param name="random">Chooses how much.</param>
    public void Perturb(Span<float> z, SplittableRandom random)
    {
        var channels = Sigma.Length;
        var length = z.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var offset = random.Normal() * Sigma[c] * random.Uniform(0, OffsetLimit);
            var ramp = random.Normal() * Sigma[c] * RampShare;
            for (var r = 0; r < length; r++)
                z[r * channels + c] += (float)(offset + ramp * r / (length - 1));
        }
    }

    private static double Mean(ReadOnlySpan<float> z, int channel, int channels)
    {
        double sum = 0;
        for (var i = channel; i < z.Length; i += channels)
            sum += z[i];
        return sum / (z.Length / channels);
    }
}
