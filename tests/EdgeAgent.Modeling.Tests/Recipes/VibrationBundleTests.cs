using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Vibration;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

/// <summary>The shipped bundle on machines that it has just met.</summary>
public class VibrationBundleTests
{
    private static readonly ModelBundle Bundle = ModelBundle.Load(Path.Combine(Repository.Root, "models/vibration"));
    private static readonly ModelProto Model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Bundle.Folder, "model.onnx")));

    [Fact]
    public void Rows_of_fifty_a_second_are_judged_within_twenty_seconds_and_tell_of_a_fault_in_the_second_minute()
    {
        using var replay = new DeviceReplay(Bundle.Manifest, Model, provisional: true);
        var sound = Rows(FaultKind.None);
        var faulty = Rows(FaultKind.Looseness);
        var verdicts = replay.Run(faulty, 0, faulty.Rows);

        Assert.InRange(faulty.Times[faulty.Rows - verdicts.Count] - faulty.Times[0], TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.DoesNotContain(replay.Run(sound, 0, sound.Rows), v => v.IsOpen);
        Assert.DoesNotContain(verdicts[..^(faulty.Rows / 2)], v => v.IsOpen);
        Assert.Contains(verdicts, v => v.IsOpen);
    }

    [Fact]
    public void Sound_machines_raise_no_alarm_in_their_first_seconds_and_faulty_ones_stand_out()
    {
        var options = new VibrationOptions { SlowShare = 0.5 };
        options.Trial = options.Trial with { ShortMachines = 64, ShortBlocks = 6 };
        using var network = new NetworkModel(Model);

        var measured = ShortCalibration.Measure(new MachineJudge(Bundle.Manifest, network), options, 1, new SplittableRandom(7));

        Assert.InRange(measured.FalseShare, 0, 0.01);
        Assert.InRange(measured.Area, 0.75, 1);
        Assert.InRange(measured.F1, 0.5, 1);
    }

    /// <summary>Two minutes at 50 samples a second, one row each; a fault is there in the second minute.</summary>
    private static Recording Rows(FaultKind fault)
    {
        const int Half = 3000;
        var random = new SplittableRandom(11);
        var machine = new Machine(MachineDesign.Draw(random.Split(0), samplesPerSecond: 50), fault, random.Split(1));
        var samples = new float[2 * Half * MachineDesign.Axes];
        machine.Sample(samples.AsSpan(0, samples.Length / 2), severity: 0);
        machine.Sample(samples.AsSpan(samples.Length / 2), severity: 0.8);
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        DateTime[] times = [.. Enumerable.Range(0, 2 * Half).Select(i => start.AddMilliseconds(20 * i))];
        return new Recording("fan", ["x", "y", "z"], times, [], samples, null);
    }
}
