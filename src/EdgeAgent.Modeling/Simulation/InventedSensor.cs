using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>
/// Readings of a sensor that does not exist and is in order: any mixture of noise, wandering, a season, changing
/// loads, bursts, slow drift and a coarse scale. A model that has seen thousands of them has an idea of what normal
/// can look like, whatever is measured and however often.
/// </summary>
internal static class InventedSensor
{
    public static float[] Normal(int count, SplittableRandom random)
    {
        var readings = new double[count];
        SensorParts.AddNoise(readings, 0.6 * Weight(random), random.Uniform() < 0.3 ? random.Uniform(0, 0.6) : 0, random);
        AddWandering(readings, 0.8, 1, 3, 60, random);
        AddWandering(readings, 0.7, 0.8, 60, 400, random);
        // What calibration cannot see: a drift over weeks.
        AddWandering(readings, 0.5, 0.3, 1_500, 20_000, random);
        if (random.Uniform() < 0.5) SensorParts.AddSeason(readings, Weight(random), random.LogUniform(24, 400), random);
        if (random.Uniform() < 0.3) SensorParts.AddLoads(readings, 1.2 * Weight(random), random.LogUniform(20, 300), random);
        if (random.Uniform() < 0.35) SensorParts.AddBursts(readings, (random.Uniform() < 0.8 ? 3 : -3) * Weight(random), random);
        if (random.Uniform() < 0.3) Swell(readings, random);
        if (random.Uniform() < 0.3) Coarsen(readings, random);
        return [.. readings.Select(r => (float)r)];
    }

    /// <summary>The parts' sizes differ by powers of e, so that now one, now another rules.</summary>
    private static double Weight(SplittableRandom random) => Math.Exp(random.Normal());

    private static void AddWandering(double[] readings, double share, double size, double shortest, double longest, SplittableRandom random)
    {
        if (random.Uniform() >= share) return;
        var weight = size * Weight(random);
        var wander = SensorParts.Wander(readings.Length, random.LogUniform(shortest, longest), random);
        for (var r = 0; r < readings.Length; r++)
            readings[r] += weight * wander[r];
    }

    /// <summary>All that moves moves now more, now less.</summary>
    private static void Swell(double[] readings, SplittableRandom random)
    {
        var size = SensorParts.Wander(readings.Length, random.LogUniform(300, 3_000), random);
        for (var r = 0; r < readings.Length; r++)
            readings[r] *= Math.Exp(0.3 * size[r]);
    }

    /// <summary>A sensor that tells values apart only in steps, of 3 % to 100 % of its spread.</summary>
    private static void Coarsen(double[] readings, SplittableRandom random)
    {
        var mean = readings.Average();
        var step = Math.Sqrt(readings.Average(r => (r - mean) * (r - mean))) * random.LogUniform(0.03, 1);
        foreach (ref var reading in readings.AsSpan())
            reading = Math.Round(reading / step) * step;
    }
}
