using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>What the readings of sensors are made of, each part in the units of its own spread.</summary>
internal static class SensorParts
{
    private const int Harmonics = 3;
    private const int LevelLimit = 5;

    /// <summary>Noise without memory; with <paramref name="tails"/> above 0 some readings lie far out.</summary>
    public static void AddNoise(Span<double> readings, double weight, double tails, SplittableRandom random)
    {
        foreach (ref var reading in readings)
            reading += weight * random.Normal() * (tails > 0 ? Math.Exp(tails * random.Normal()) : 1);
    }

    /// <summary>
    /// A value that wanders and comes back, within about <paramref name="memory"/> readings: an Ornstein-Uhlenbeck process.
    /// </summary>
    public static double[] Wander(int count, double memory, SplittableRandom random)
    {
        var keep = Math.Exp(-1 / memory);
        var push = Math.Sqrt(1 - keep * keep);
        var value = random.Normal();
        var result = new double[count];
        for (var r = 0; r < count; r++)
            result[r] = value = keep * value + push * random.Normal();
        return result;
    }

    /// <summary>The same three waves every <paramref name="period"/> readings: a day, a shift, a batch.</summary>
    public static void AddSeason(Span<double> readings, double weight, double period, SplittableRandom random)
    {
        for (var k = 1; k <= Harmonics; k++)
        {
            var (size, phase) = (weight * random.Normal() / k, random.Uniform(0, 2 * Math.PI));
            for (var r = 0; r < readings.Length; r++)
                readings[r] += size * Math.Sin(2 * Math.PI * k * r / period + phase);
        }
    }

    /// <summary>A machine that changes between two to four loads and stays in each for a while.</summary>
    public static void AddLoads(Span<double> readings, double weight, double dwell, SplittableRandom random)
    {
        Span<double> levels = stackalloc double[LevelLimit - 1];
        levels = levels[..(2 + random.Below(LevelLimit - 2))];
        foreach (ref var level in levels)
            level = weight * random.Normal();
        for (var r = 0; r < readings.Length;)
        {
            var level = levels[random.Below(levels.Length)];
            for (var end = r + 1 + Exponential(dwell, random); r < Math.Min(end, readings.Length); r++)
                readings[r] += level;
        }
    }

    /// <summary>Short bursts, at regular or random distances, whose height changes from one to the next and with the weeks.</summary>
    public static void AddBursts(Span<double> readings, double weight, SplittableRandom random)
    {
        var (gap, width) = (random.LogUniform(5, 100), 1 + (int)random.LogUniform(1, 12));
        var isRegular = random.Uniform() < 0.5;
        var (each, slow) = (random.Uniform(), random.Uniform(0, 0.6));
        var heights = Wander(readings.Length, random.LogUniform(300, 5_000), random);
        for (var r = 0; r < readings.Length; r += Math.Max(1, isRegular ? (int)gap : Exponential(gap, random)))
        {
            var height = weight * Math.Exp(each * random.Normal() + slow * heights[r]);
            foreach (ref var reading in readings[r..Math.Min(r + width, readings.Length)])
                reading += height;
        }
    }

    private static int Exponential(double mean, SplittableRandom random) => (int)(-mean * Math.Log(1 - random.Uniform()));
}
