using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Puts a fault into the window of a sensor: what a single channel can do when something is wrong.</summary>
internal static class InventedFault
{
    private const double SmallestSize = 2, LargestSize = 30;
    // A fault may be older than the window: then all of the window lies elsewhere.
    private const double Youngest = 3, Oldest = 1_200;

    internal enum Shape { Step, Ramp, Noise, Stuck, Spikes }

    /// <summary>
    /// For the last 3 to 1200 readings the channel steps (40 %), ramps (25 %), shakes (15 %), stands still (10 %) or
    /// spikes (10 %), by 2 to 30 spreads of its calibration, uniform in the logarithm, up or down.
    /// </summary>
    /// <param name="z">The window, changed in place.</param>
    /// <param name="random">Chooses all of it.</param>
    public static Shape Insert(Span<float> z, SplittableRandom random)
    {
        var shape = random.Uniform() switch
        {
            < 0.40 => Shape.Step, < 0.65 => Shape.Ramp, < 0.80 => Shape.Noise, < 0.90 => Shape.Stuck, _ => Shape.Spikes,
        };
        Insert(z, shape, random);
        return shape;
    }

    public static void Insert(Span<float> z, Shape shape, SplittableRandom random)
    {
        var age = (int)random.LogUniform(Youngest, Oldest);
        var size = random.LogUniform(SmallestSize, LargestSize) * (random.Uniform() < 0.5 ? -1 : 1);
        var bent = z[Math.Max(0, z.Length - age)..];
        switch (shape)
        {
            case Shape.Step: Lift(bent, size); break;
            case Shape.Ramp: Ramp(bent, size, age); break;
            case Shape.Noise: Shake(bent, size, random); break;
            case Shape.Stuck: Hold(bent, random.Uniform() < 0.5 ? size : 0); break;
            default: Spike(bent, size, random); break;
        }
    }

    private static void Lift(Span<float> bent, double size)
    {
        foreach (ref var value in bent)
            value += (float)size;
    }

    private static void Ramp(Span<float> bent, double size, int age)
    {
        for (var r = 0; r < bent.Length; r++)
            bent[r] += (float)(size * (age - bent.Length + r + 1) / age);
    }

    private static void Shake(Span<float> bent, double size, SplittableRandom random)
    {
        foreach (ref var value in bent)
            value += (float)(size * random.Normal());
    }

    private static void Hold(Span<float> bent, double size) => bent.Fill(bent[0] + (float)size);

    /// <summary>The newest reading always is one, or nothing could be seen in a short window.</summary>
    private static void Spike(Span<float> bent, double size, SplittableRandom random)
    {
        var share = random.LogUniform(0.05, 0.5);
        for (var r = 0; r < bent.Length; r++)
            if (r == bent.Length - 1 || random.Uniform() < share)
                bent[r] += (float)size;
    }
}
