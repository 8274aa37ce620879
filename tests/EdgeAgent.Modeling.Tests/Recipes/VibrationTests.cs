using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Vibration;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public class VibrationTests
{
    [Fact]
    public void A_fit_writes_a_bundle_that_runs_and_repeats_and_says_that_machines_are_simulated()
    {
        using var folder = new TempFolder();
        var report = Fit(folder.Place("a"));
        Fit(folder.Place("b"));

        foreach (var file in Directory.GetFiles(folder.Place("a")))
            Assert.Equal(
                File.ReadAllText(file).Replace("\"b\"", "\"a\""), File.ReadAllText(Path.Combine(folder.Place("b"), Path.GetFileName(file)))
                    .Replace("\"b\"", "\"a\"").Replace("# b ", "# a ").Replace("--out b", "--out a"));
        var bundle = ModelBundle.Load(folder.Place("a"));
        using var model = OnnxModel.Load(bundle);
        Assert.Equal(2, GoldenCheck.Run(model));
        Assert.True(bundle.Manifest.CalibratesFeatures);
        Assert.Contains("All figures below are of simulated machines", File.ReadAllText(Path.Combine(folder.Place("a"), "README.md")));
        Assert.Equal(8, report.Faults.Count);
    }

    [Fact]
    public void The_threshold_is_the_highest_level_that_was_kept_for_long_enough()
    {
        Assert.Equal(2, LearnedThresholds.HighestKept([1, 9, 1, 2, 3, 1], smooth: 1, steps: 2));
        Assert.Equal(5, LearnedThresholds.HighestKept([1, 9, 1, 2, 3, 1], smooth: 2, steps: 2));
        Assert.Equal(9, LearnedThresholds.HighestKept([1, 9, 1, 2, 3, 1], smooth: 1, steps: 1));
    }

    /// <summary>Machines that spread far beyond the floors, as real ones may: nothing but the threshold makes up for few windows.</summary>
    [Fact]
    public void Thresholds_by_windows_learned_keep_the_false_alarms_of_machines_that_have_learned_little_as_rare_as_was_asked_for()
    {
        var options = new VibrationOptions { CalibrationBlocks = 20, Learned = [8, 16, 32, 64], Smooth = 3, OnAfter = 2 };
        var (model, floors) = (new RootMeanSquare(), Enumerable.Repeat(0.01f, 14).ToArray());
        float[] floorOfEach = [.. Enumerable.Repeat(0.01f, NoiseWidth)];
        var thresholds = LearnedThresholds.Of(model, Noise(96, seed: 1), floorOfEach, options);
        var manifest = VibrationManifest.Of(
            new FitRequest("", "noise", [], [], null, [], [], 1, 0), options,
            new FittedNetwork(new ModelProto(), new ModelProto(), thresholds.Zero, thresholds.One, 0), thresholds, floors);
        double Alarmed(BundleManifest m) => Noise(200, seed: 2).Average(run =>
            new MachineJudge(m, model).Judge(run).Take(40).Any(v => v.IsOpen) ? 1.0 : 0);

        var withThem = Alarmed(manifest);
        var without = Alarmed(manifest with { Output = manifest.Output with { Provisional = null } });

        Assert.Equal(thresholds.Provisional.Select(p => p.One).OrderDescending(), thresholds.Provisional.Select(p => p.One));
        Assert.True(thresholds.Provisional[0].One > 1.1 * thresholds.One);
        Assert.InRange(withThem, 0, 4 * options.Excess);
        Assert.InRange(without, 0.5, 1);
    }

    private const int NoiseWidth = 42;

    /// <summary>Machines whose features are noise of their own level and spread.</summary>
    private static MachineRun[] Noise(int machines, ulong seed) => [.. Enumerable.Range(0, machines).Select(m =>
    {
        var random = new SplittableRandom(seed).Split((ulong)m);
        var (level, spread) = (random.Normal(), random.LogUniform(0.5, 5));
        return new MachineRun("m", FaultKind.None, 0, NoiseWidth,
            [.. Enumerable.Range(0, 300 * NoiseWidth).Select(_ => (float)(level + spread * random.Normal()))]);
    })];

    private sealed class RootMeanSquare : IWindowModel
    {
        public float Raw(float[] z) => MathF.Sqrt(z.Sum(v => v * v) / z.Length);
    }

    [Fact]
    public void An_event_that_was_open_before_the_fault_finds_nothing()
    {
        var runs = new SimulatedRuns(new VibrationOptions());
        var score = new FaultScore(FaultKind.Rub, runs, windowsOfBlock: 1);
        // Two windows to calibrate, the fault from the third judged one on.
        var run = new MachineRun("m", FaultKind.Rub, 4, 1, new float[7]);

        score.Add(run, Open(false, true, true, true, true));
        score.Add(run, Open(true, false, false, true, true));

        Assert.Equal((2, 1, 2, 4, 1), (score.Machines, score.Found, score.FalseEvents, score.SoundWindows, score.MedianDelay));
    }

    private static WindowVerdict[] Open(params bool[] isOpen) => [.. isOpen.Select(o => new WindowVerdict(0, o))];

    private static VibrationReport Fit(string folder) => new VibrationFitting(
        new FitRequest("", folder, [], [], null, [], [], 1, 0),
        new VibrationOptions
        {
            CalibrationBlocks = 2, Learned = [8, 12], Smooth = 2, Machines = 4, ThresholdMachines = 2, BlocksOfMachine = 4,
            ThresholdBlocks = 6, RowsPerClass = 512, HiddenWidths = [8],
            Trainer = new() { Epochs = 2 },
            Trial = new()
            {
                HealthyMachines = 1, HealthyBlocks = 4, MachinesPerFault = 1, CalmBlocks = 1, GrowthBlocks = 4,
                ShortCalibrations = [1], ShortMachines = 8, ShortBlocks = 3,
            },
        }).Run(_ => { });
}
