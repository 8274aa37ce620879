using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>Lets simulated machines run and keeps the features of what their sensors say, block by block and window by window.</summary>
internal sealed class SimulatedRuns(VibrationOptions options)
{
    // Seconds from block to block, from sensors that never stop to those that wake up once a minute. A machine calibrates at one
    // pace and is heard at another: so some have learned in seconds what is then to hold for hours.
    private static readonly double[] Intervals = [0, 0.3, 2, 10, 60];

    /// <summary>A sound machine.</summary>
    /// <param name="random">Decides all of it.</param>
    /// <param name="blocks">Blocks behind the calibration.</param>
    /// <param name="seconds">From block to block behind the calibration; null: chosen at random.</param>
    public MachineRun Healthy(SplittableRandom random, int blocks, double? seconds = null) =>
        Run("sound", FaultKind.None, random, options.CalibrationBlocks + blocks, options.CalibrationBlocks + blocks, seconds, _ => 0);

    /// <summary>A machine that is sound at first, then has a fault that grows to its strongest.</summary>
    public MachineRun Faulty(FaultKind fault, SplittableRandom random)
    {
        var onset = options.CalibrationBlocks + options.Trial.CalmBlocks;
        return Run($"{fault}", fault, random, onset, onset + options.Trial.GrowthBlocks, seconds: null, Severity);
    }

    /// <summary>A machine that is sound for so many blocks, and then has a fault at once; with none it stays sound.</summary>
    public MachineRun Sudden(FaultKind fault, SplittableRandom random, int soundBlocks, int blocks)
    {
        var severity = random.Split(5).Uniform(options.Trial.ShortSeverity.Low, options.Trial.ShortSeverity.High);
        return Run($"{fault}", fault, random, soundBlocks, soundBlocks + blocks, seconds: null, _ => severity);
    }

    /// <summary>How strong a fault is so many blocks behind its onset.</summary>
    public double Severity(int behind) => Math.Clamp((behind + 1.0) / options.Trial.GrowthBlocks, 0, 1);

    private MachineRun Run(
        string name, FaultKind fault, SplittableRandom random, int onset, int blocks, double? seconds, Func<int, double> severity)
    {
        var design = MachineDesign.Draw(random.Split(0), random.Split(4).Uniform() < options.SlowShare ? options.SlowRate : 0);
        var machine = new Machine(design, fault, random.Split(1));
        var whileLearning = Intervals[random.Split(2).Below(Intervals.Length)];
        var later = seconds ?? Intervals[random.Split(3).Below(Intervals.Length)];
        var extractor = new FeatureExtractor(options.Features(), MachineDesign.Axes, options.WindowLength);
        var features = new float[blocks * options.WindowsOfBlock * extractor.Count];
        var samples = new float[options.BlockLength * MachineDesign.Axes];
        for (var b = 0; b < blocks; b++)
        {
            machine.Advance(Math.Max(b < options.CalibrationBlocks ? whileLearning : later, options.BlockLength / design.Rate));
            machine.Sample(samples, b < onset || fault == FaultKind.None ? 0 : severity(b - onset));
            for (var w = 0; w < options.WindowsOfBlock; w++)
                extractor.Extract(
                    samples.AsSpan(w * options.Stride * MachineDesign.Axes, options.WindowLength * MachineDesign.Axes),
                    features.AsSpan((b * options.WindowsOfBlock + w) * extractor.Count, extractor.Count));
        }
        return new MachineRun(name, fault, onset * options.WindowsOfBlock, extractor.Count, features);
    }
}
