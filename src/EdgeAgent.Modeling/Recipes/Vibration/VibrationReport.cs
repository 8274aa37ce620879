using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>What a model reached on simulated machines that it had never met, and whether its FP32 twin says the same.</summary>
/// <param name="Sound">Sound machines over a day.</param>
/// <param name="Faults">By kind of fault.</param>
/// <param name="Agreement">Share of windows that both judge alike.</param>
internal sealed record VibrationReport(FaultScore Sound, IReadOnlyList<FaultScore> Faults, double Agreement)
{
    public double FalseEventsPerDay(VibrationTrial trial) =>
        Sound.FalseEvents / (Sound.SoundWindows * trial.HealthySeconds / TimeSpan.SecondsPerDay);

    public static VibrationReport Measure(BundleManifest manifest, FittedModel model, VibrationOptions options, SplittableRandom random, Action<string> progress)
    {
        var runs = new SimulatedRuns(options);
        using var quantized = new MachineJudge(manifest, model.Quantized);
        using var twin = new MachineJudge(manifest, model.Float);
        long alike = 0, judged = 0;
        var sound = new FaultScore(FaultKind.None, runs);
        for (var i = 0; i < options.Trial.HealthyMachines; i++)
            Add(sound, runs.Healthy(random.Split((ulong)i), options.Trial.HealthyWindows, options.Trial.HealthySeconds));
        progress($"sound machines: {sound.FalseEvents} false events in {sound.SoundWindows} windows");
        var faults = new List<FaultScore>();
        foreach (var kind in Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None))
        {
            var score = new FaultScore(kind, runs);
            for (var i = 0; i < options.Trial.MachinesPerFault; i++)
                Add(score, runs.Faulty(kind, random.Split(((ulong)kind << 32) + (ulong)i)));
            faults.Add(score);
            progress($"{kind}: {score.Found} of {score.Machines} found, median delay {score.MedianDelay} windows, {score.FalseEvents} false events");
        }
        return new VibrationReport(sound, faults, alike / (double)judged);

        void Add(FaultScore score, MachineRun run)
        {
            var verdicts = quantized.Judge(run);
            score.Add(run, verdicts);
            judged += verdicts.Length;
            alike += verdicts.Zip(twin.Judge(run)).Count(p => p.First == p.Second);
        }
    }
}
