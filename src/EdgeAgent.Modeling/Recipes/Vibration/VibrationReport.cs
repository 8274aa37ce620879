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
/// <param name="Agreement">Share of windows that both judge alike.</param>
internal sealed record VibrationReport(
    FaultScore Sound, IReadOnlyList<FaultScore> Faults, IReadOnlyList<FaultScore> Level, double Agreement)
{
    public double Days(VibrationTrial trial) => Sound.SoundWindows * trial.HealthySeconds / TimeSpan.SecondsPerDay;

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
        var (sound, soundLevel) = (new FaultScore(FaultKind.None, runs), new FaultScore(FaultKind.None, runs));
        for (var i = 0; i < options.Trial.HealthyMachines; i++)
            Add(sound, soundLevel, runs.Healthy(random.Split((ulong)i), options.Trial.HealthyWindows, options.Trial.HealthySeconds));
        progress($"sound machines: {sound.FalseEvents} false events in {sound.SoundWindows} windows");
        var (faults, levels) = (new List<FaultScore>(), new List<FaultScore> { soundLevel });
        foreach (var kind in Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None))
        {
            var (score, levelScore) = (new FaultScore(kind, runs), new FaultScore(kind, runs));
            for (var i = 0; i < options.Trial.MachinesPerFault; i++)
                Add(score, levelScore, runs.Faulty(kind, random.Split(((ulong)kind << 32) + (ulong)i)));
            faults.Add(score);
            levels.Add(levelScore);
            progress($"{kind}: {score.Found} of {score.Machines} found, median delay {score.MedianDelay} windows, {score.FalseEvents} "
                + $"false events; "
                + $"by level {levelScore.Found}, {levelScore.MedianDelay}, {levelScore.FalseEvents}");
        }
        return new VibrationReport(sound, faults, levels, alike / (double)judged);

        void Add(FaultScore score, FaultScore levelScore, MachineRun run)
        {
            var verdicts = quantized.Judge(run);
            score.Add(run, verdicts);
            levelScore.Add(run, level.Judge(run));
            judged += verdicts.Length;
            alike += verdicts.Zip(twin.Judge(run)).Count(p => p.First == p.Second);
        }
    }

    private static MachineJudge LevelJudge(BundleManifest manifest, IReadOnlyList<MachineRun> held, VibrationOptions options)
    {
        var model = new LevelModel(options.Axes.Length);
        var (zero, one) = VibrationTraining.Threshold(model, held, CalibratedFeatures.Floors(manifest), options);
        return new MachineJudge(manifest with { Output = manifest.Output with { Zero = zero, One = one } }, model);
    }
}
