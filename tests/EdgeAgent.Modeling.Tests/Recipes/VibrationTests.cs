using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.Vibration;
using EdgeAgent.Modeling.Simulation;

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
