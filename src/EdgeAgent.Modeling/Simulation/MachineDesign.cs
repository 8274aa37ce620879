using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>What a rotating machine with its sensor is like: drawn once, and no other is the same. Accelerations in g.</summary>
internal sealed record MachineDesign
{
    public const int Axes = 3, Harmonics = 10, Modes = 4;

    private static readonly double[] Rates = [1600, 3200, 6400, 12_800];

    /// <summary>Samples a second.</summary>
    public required double Rate { get; init; }
    /// <summary>Turns a second at nominal load.</summary>
    public required double Speed { get; init; }
    /// <summary>[axis, harmonic]: strength of the shaft's orders in sine and in cosine.</summary>
    public required double[,] Sine { get; init; }
    public required double[,] Cosine { get; init; }
    /// <summary>Teeth of the gear, or blades; 0: none.</summary>
    public required int Teeth { get; init; }
    public required double MeshStrength { get; init; }
    /// <summary>How much the mesh swells once a turn.</summary>
    public required double MeshModulation { get; init; }
    /// <summary>Frequency (as a share of the rate) and damping of each mode; the last is that of the bearing's seat.</summary>
    public required (double Frequency, double Damping)[] ModeShapes { get; init; }
    /// <summary>[axis, mode]: how a mode shows on an axis.</summary>
    public required double[,] ModeGains { get; init; }
    /// <summary>Strength of the flow, friction and whatever else shakes the modes.</summary>
    public required double ProcessNoise { get; init; }
    public required double SensorNoise { get; init; }
    /// <summary>Step of the sensor.</summary>
    public required double Step { get; init; }
    /// <summary>The sensor tells accelerations up to ± this.</summary>
    public required double Range { get; init; }
    /// <summary>Gravity on each axis.</summary>
    public required double[] Gravity { get; init; }
    /// <summary>Balls of the bearing, ball diameter over pitch diameter times the cosine of the contact angle.</summary>
    public required (int Balls, double Ratio) Bearing { get; init; }
    /// <summary>How far speed and load wander (standard deviation, relative) and how slowly (seconds).</summary>
    public required (double Size, double Seconds) SpeedDrift { get; init; }
    public required (double Size, double Seconds) LoadDrift { get; init; }

    /// <param name="random">Decides all of it.</param>
    /// <param name="samplesPerSecond">0: one of the usual rates.</param>
    public static MachineDesign Draw(SplittableRandom random, double samplesPerSecond = 0)
    {
        var usual = Rates[random.Below(Rates.Length)];
        var rate = samplesPerSecond > 0 ? samplesPerSecond : usual;
        var speed = random.LogUniform(8, 60);
        var shaft = random.LogUniform(0.02, 0.3);
        var (sine, cosine, modeGains) = (new double[Axes, Harmonics], new double[Axes, Harmonics], new double[Axes, Modes]);
        for (var axis = 0; axis < Axes; axis++)
        {
            var gain = random.LogUniform(0.3, 1);
            for (var h = 0; h < Harmonics; h++)
            {
                var (strength, phase) = (gain * shaft * random.LogUniform(0.2, 1) / Math.Pow(h + 1, 1.5), random.Uniform(0, 2 * Math.PI));
                (sine[axis, h], cosine[axis, h]) = (strength * Math.Cos(phase), strength * Math.Sin(phase));
            }
            for (var mode = 0; mode < Modes; mode++)
                modeGains[axis, mode] = random.LogUniform(0.2, 1);
        }
        var teeth = random.Uniform() < 0.7 ? 6 + random.Below(35) : 0;
        return new MachineDesign
        {
            Rate = rate, Speed = speed, Sine = sine, Cosine = cosine, ModeGains = modeGains,
            Teeth = teeth * speed < 0.45 * rate ? teeth : 0,
            MeshStrength = shaft * random.LogUniform(0.05, 0.8),
            MeshModulation = random.Uniform(0, 0.5),
            ModeShapes = [.. Enumerable.Range(0, Modes).Select(mode => (
                mode == Modes - 1 ? random.Uniform(0.15, 0.43) : random.Uniform(0.04, 0.42), random.LogUniform(0.01, 0.08)))],
            ProcessNoise = shaft * random.LogUniform(0.1, 1),
            SensorNoise = random.LogUniform(0.0005, 0.005),
            Step = random.LogUniform(0.0001, 0.004),
            Range = random.Uniform() < 0.5 ? 8 : 16,
            Gravity = random.Below(Axes) switch { 0 => [1, 0, 0], 1 => [0, 1, 0], _ => [0.05, 0, -1] },
            Bearing = (7 + random.Below(8), random.Uniform(0.15, 0.35)),
            SpeedDrift = (random.LogUniform(0.002, 0.02), random.LogUniform(300, 3600)),
            LoadDrift = (random.LogUniform(0.02, 0.12), random.LogUniform(300, 10_000)),
        };
    }
}
