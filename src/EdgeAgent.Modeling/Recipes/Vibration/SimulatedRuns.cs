using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>Lets simulated machines run and keeps the features of what their sensors say, window by window.</summary>
internal sealed class SimulatedRuns(VibrationOptions options)
{
    // From sensors that never stop to those that wake up once a minute. A machine calibrates at one pace and is heard at
    // another: so some have learned in 40 seconds what is then to hold for hours.
    private static readonly double[] Intervals = [0.3, 2, 10, 60];

    /// <summary>A sound machine.</summary>
    /// <param name="random">Decides all of it.</param>
    /// <param name="windows">Windows behind the calibration.</param>
    /// <param name="seconds">From window to window behind the calibration; null: chosen at random.</param>
    public MachineRun Healthy(SplittableRandom random, int windows, double? seconds = null) =>
        Run("sound", FaultKind.None, random, options.CalibrationWindows + windows, options.CalibrationWindows + windows, seconds);

    /// <summary>A machine that is sound at first, then has a fault that grows to its strongest.</summary>
    public MachineRun Faulty(FaultKind fault, SplittableRandom random)
    {
        var onset = options.CalibrationWindows + options.Trial.CalmWindows;
        return Run($"{fault}", fault, random, onset, onset + options.Trial.GrowthWindows, seconds: null);
    }

    /// <summary>How strong a fault is so many windows behind its onset.</summary>
    public double Severity(int behind) => Math.Clamp((behind + 1.0) / options.Trial.GrowthWindows, 0, 1);

    private MachineRun Run(string name, FaultKind fault, SplittableRandom random, int onset, int windows, double? seconds)
    {
        var design = MachineDesign.Draw(random.Split(0));
        var machine = new Machine(design, fault, random.Split(1));
        var whileLearning = Intervals[random.Split(2).Below(Intervals.Length)];
        var later = seconds ?? Intervals[random.Split(3).Below(Intervals.Length)];
        var extractor = new FeatureExtractor(options.Features(), MachineDesign.Axes, options.WindowLength);
        var features = new float[windows * extractor.Count];
        var samples = new float[options.WindowLength * MachineDesign.Axes];
        for (var w = 0; w < windows; w++)
        {
            machine.Advance(w < options.CalibrationWindows ? whileLearning : later);
            machine.Sample(samples, w < onset || fault == FaultKind.None ? 0 : Severity(w - onset));
            extractor.Extract(samples, features.AsSpan(w * extractor.Count, extractor.Count));
        }
        return new MachineRun(name, fault, onset, extractor.Count, features);
    }
}
