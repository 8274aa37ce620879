using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>What a single channel can do when something is wrong, put over readings of a sensor.</summary>
internal static class InventedFault
{
    private const double SmallestSize = 2, LargestSize = 30;

    internal enum Shape { Step, Ramp, Noise, Stuck, Spikes }

    /// <summary>It steps, ramps, shakes, stands still or spikes, by 2 to 30 spreads, uniform in the logarithm, up or down.</summary>
    /// <param name="readings">Those with the fault, changed in place.</param>
    /// <param name="shape">What it does.</param>
    /// <param name="spread">The sensor's spread.</param>
    /// <param name="random">Chooses the rest.</param>
    public static void Insert(Span<float> readings, Shape shape, double spread, SplittableRandom random)
    {
        var size = spread * random.LogUniform(SmallestSize, LargestSize) * (random.Uniform() < 0.5 ? -1 : 1);
        switch (shape)
        {
            case Shape.Step: Lift(readings, size); break;
            case Shape.Ramp: Ramp(readings, size); break;
            case Shape.Noise: Shake(readings, size, random); break;
            case Shape.Stuck: readings.Fill(readings[0]); break;
            default: Spike(readings, size, random); break;
        }
    }

    private static void Lift(Span<float> readings, double size)
    {
        foreach (ref var value in readings)
            value += (float)size;
    }

    private static void Ramp(Span<float> readings, double size)
    {
        for (var r = 0; r < readings.Length; r++)
            readings[r] += (float)(size * (r + 1) / readings.Length);
    }

    private static void Shake(Span<float> readings, double size, SplittableRandom random)
    {
        foreach (ref var value in readings)
            value += (float)(size * random.Normal());
    }

    private static void Spike(Span<float> readings, double size, SplittableRandom random)
    {
        var share = random.LogUniform(0.05, 0.5);
        foreach (ref var value in readings)
            if (random.Uniform() < share)
                value += (float)size;
    }
}
