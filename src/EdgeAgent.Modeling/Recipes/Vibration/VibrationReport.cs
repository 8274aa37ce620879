using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>What a model reached on simulated machines that it had never met, and whether its FP32 twin says the same.</summary>
/// <param name="Sound">Sound machines over a day.</param>
/// <param name="Faults">By kind of fault.</param>
/// <param name="Level">The same machines by the level of their vibration alone.</param>
/// <param name="Short">By length of the calibration.</param>
/// <param name="Agreement">Share of windows that both judge alike.</param>
internal sealed record VibrationReport(
    FaultScore Sound, IReadOnlyList<FaultScore> Faults, IReadOnlyList<FaultScore> Level, IReadOnlyList<ShortCalibration> Short,
    double Agreement)
{
    private const ulong ShortMachines = 1UL << 48;

    public double Days(VibrationTrial trial) => Sound.Machines * trial.HealthyBlocks * trial.HealthySeconds / TimeSpan.SecondsPerDay;

    public double FalseEventsPerDay(VibrationTrial trial) => Sound.FalseEvents / Days(trial);

    /// <param name="manifest">The model's.</param>
    /// <param name="model">The model.</param>
    /// <param name="held">Sound machines that give the level its threshold, as they gave the model's.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="random">Decides which machines.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static VibrationReport Measure(
        BundleManifest manifest, FittedNetwork model, IReadOnlyList<MachineRun> held,
        VibrationOptions options, SplittableRandom random, Action<string> progress)
    {
        var runs = new SimulatedRuns(options);
        using var network = new NetworkModel(model.Quantized);
        using var floats = new NetworkModel(model.Float);
        var (quantized, twin) = (new MachineJudge(manifest, network), new MachineJudge(manifest, floats));
        var level = LevelJudge(manifest, held, options);
        long alike = 0, judged = 0;
        var (sound, soundLevel) = (Score(FaultKind.None), Score(FaultKind.None));
        for (var i = 0; i < options.Trial.HealthyMachines; i++)
            Add(sound, soundLevel, runs.Healthy(random.Split((ulong)i), options.Trial.HealthyBlocks, options.Trial.HealthySeconds));
        progress($"sound machines: {sound.FalseEvents} false events in {sound.SoundWindows} windows");
        var (faults, levels) = (new List<FaultScore>(), new List<FaultScore> { soundLevel });
        foreach (var kind in Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None))
        {
            var (score, levelScore) = (Score(kind), Score(kind));
            for (var i = 0; i < options.Trial.MachinesPerFault; i++)
                Add(score, levelScore, runs.Faulty(kind, random.Split(((ulong)kind << 32) + (ulong)i)));
            faults.Add(score);
            levels.Add(levelScore);
            progress($"{kind}: {score.Found} of {score.Machines} found, median delay {score.MedianDelay} blocks, {score.FalseEvents} "
                + $"false events; "
                + $"by level {levelScore.Found}, {levelScore.MedianDelay}, {levelScore.FalseEvents}");
        }
        return new VibrationReport(sound, faults, levels, MeasureShort(quantized, options, random, progress), alike / (double)judged);

        FaultScore Score(FaultKind kind) => new(kind, runs, options.WindowsOfBlock);

        void Add(FaultScore score, FaultScore levelScore, MachineRun run)
        {
            var verdicts = quantized.Judge(run);
            score.Add(run, verdicts);
            levelScore.Add(run, level.Judge(run));
            judged += verdicts.Length;
            alike += verdicts.Zip(twin.Judge(run)).Count(p => p.First.IsOpen == p.Second.IsOpen);
        }
    }

    private static List<ShortCalibration> MeasureShort(
        MachineJudge judge, VibrationOptions options, SplittableRandom random, Action<string> progress)
    {
        var measured = new List<ShortCalibration>();
        foreach (var blocks in options.Trial.ShortCalibrations)
        {
            // The same machines for each.
            var few = ShortCalibration.Measure(judge, options, blocks, random.Split(ShortMachines));
            progress(FormattableString.Invariant(
                $"after {few.Samples} samples: {100 * few.FalseShare:0.0} % false, F1 {few.F1:0.000}, AUROC {few.Area:0.000}"));
            measured.Add(few);
        }
        return measured;
    }

    private static MachineJudge LevelJudge(BundleManifest manifest, IReadOnlyList<MachineRun> held, VibrationOptions options)
    {
        var model = new LevelModel(options.Axes.Length);
        var (zero, one, few) = LearnedThresholds.Of(model, held, CalibratedFeatures.Floors(manifest), options);
        return new MachineJudge(manifest with { Output = manifest.Output with { Zero = zero, One = one, Provisional = few } }, model);
    }
}
