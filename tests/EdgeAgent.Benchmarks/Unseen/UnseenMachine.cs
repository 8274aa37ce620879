using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Benchmarks.Unseen;

/// <summary>
/// A simulated machine as no bundle has met one: its sensor tells samples at a rate of its own, its shaft turns slower or faster, and
/// noise is three times as strong. It runs as it should, then has a fault at once.
/// </summary>
internal static class UnseenMachine
{
    // Those that bundles are made from tell 50, 1600, 3200, 6400 or 12,800 samples a second, and turn 8 to 60 times.
    private static readonly double[] Rates = [40, 100, 400, 25_600];
    private static readonly (double Low, double High)[] Speeds = [(3, 8), (60, 120)];
    private static readonly FaultKind[] Kinds = [.. Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None)];
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private const double Noise = 3;

    public static double Rate(int number) => Rates[number % Rates.Length];

    /// <summary>A row a sample.</summary>
    /// <param name="number">Which machine.</param>
    /// <param name="sound">Samples before its fault.</param>
    /// <param name="faulty">Samples from then on.</param>
    public static Recording Of(int number, int sound, int faulty)
    {
        var random = new SplittableRandom(977).Split((ulong)number);
        var (low, high) = Speeds[number / Rates.Length % Speeds.Length];
        var rate = Rate(number);
        var drawn = MachineDesign.Draw(random.Split(0), rate);
        var design = drawn with
        {
            Speed = random.Split(1).LogUniform(low, high),
            ProcessNoise = Noise * drawn.ProcessNoise,
            SensorNoise = Noise * drawn.SensorNoise,
        };
        var machine = new Machine(design, Kinds[number / (Rates.Length * Speeds.Length) % Kinds.Length], random.Split(2));
        var samples = new float[(sound + faulty) * MachineDesign.Axes];
        machine.Sample(samples.AsSpan(0, sound * MachineDesign.Axes), severity: 0);
        machine.Sample(samples.AsSpan(sound * MachineDesign.Axes), random.Split(3).Uniform(0.4, 0.9));
        DateTime[] times =
            [.. Enumerable.Range(0, sound + faulty).Select(i => Start.AddTicks((long)(i * TimeSpan.TicksPerSecond / rate)))];
        return new Recording($"machine-{number}", ["x", "y", "z"], times, [], samples, null);
    }
}
