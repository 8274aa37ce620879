using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>How far each channel wanders after calibration while all is well, and windows that wander as far.</summary>
/// <param name="Sigma">Per channel, in spreads of the calibration.</param>
internal sealed record Drift(double[] Sigma)
{
    private const double OffsetLimit = 1.5;
    // A drift of Sigma builds up over several hundred readings; one window sees about a tenth of it.
    private const double RampShare = 0.1;
    // Neighbouring windows hold nearly the same readings: every fifth says as much.
    private const int WindowStep = 5;
    private const double MadToSigma = 1.4826;

    /// <summary>
    /// Sigma of the calibration parts, times how much drift grows with age in the normal runs. So the size comes from
    /// many devices, and the growth from the few recordings that last long enough to show it.
    /// </summary>
    /// <remarks>
    /// Where there is no run, growth is taken as 1; where there are only runs, theirs is the size. Medians, since
    /// one device that is warming up would otherwise decide for all.
    /// </remarks>
    /// <param name="evidence">What was recorded.</param>
    /// <param name="channels">Channels of a reading.</param>
    public static Drift Measure(DriftEvidence evidence, int channels) => new([.. Enumerable.Range(0, channels).Select(c =>
    {
        if (evidence.Short.Count == 0)
            return Size(evidence.LongRuns, c, channels);
        var growth = evidence.LongRuns.Count == 0 ? 1 : Size(evidence.LongRuns, c, channels) / Size(evidence.ShortRuns, c, channels);
        return Size(evidence.Short, c, channels) * Math.Max(1, growth);
    })]);

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

    /// <summary>Robust standard deviation, around 0, of the windows' means.</summary>
    private static double Size(IReadOnlyList<NormalStretch> stretches, int channel, int channels)
    {
        var sizes = new List<double>();
        foreach (var stretch in stretches)
            for (var w = 0; w < stretch.Windows; w += WindowStep)
                sizes.Add(Math.Abs(Mean(stretch.Window(w), channel, channels)));
        sizes.Sort();
        return MadToSigma * Math.Max(sizes[sizes.Count / 2], 1e-6);
    }

    private static double Mean(ReadOnlySpan<float> z, int channel, int channels)
    {
        double sum = 0;
        for (var i = channel; i < z.Length; i += channels)
            sum += z[i];
        return sum / (z.Length / channels);
    }
}
