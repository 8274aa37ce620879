using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Simulation;

public class MachineTests
{
    private const int Samples = 16_384;

    [Fact]
    public void The_same_seed_gives_the_same_samples_and_another_seed_another_machine()
    {
        Assert.Equal(Record(FaultKind.InnerRace, 0.5, 3), Record(FaultKind.InnerRace, 0.5, 3));
        Assert.NotEqual(Record(FaultKind.None, 0, 3), Record(FaultKind.None, 0, 4));
    }

    [Fact]
    public void A_fault_of_no_strength_changes_nothing() => Assert.Equal(Record(FaultKind.None, 0, 3), Record(FaultKind.Rub, 0, 3));

    [Fact]
    public void A_sensor_tells_steps_within_its_range()
    {
        var design = Design(5);
        var samples = Record(FaultKind.Imbalance, 1, 5);

        Assert.All(samples, s => Assert.InRange(Math.Abs(s), 0, design.Range + design.Step));
        Assert.All(samples, s => Assert.Equal(Math.Round(s / design.Step) * design.Step, s, 1e-5));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_pit_in_a_race_knocks_at_its_passing_frequency(int sign)
    {
        var fault = sign > 0 ? FaultKind.InnerRace : FaultKind.OuterRace;
        for (var seed = 0UL; seed < 6; seed++)
        {
            var design = Design(seed);
            var expected = design.Bearing.Balls / 2.0 * (1 + sign * design.Bearing.Ratio) * design.Speed;
            var defect = new RaceDefect(design, sign > 0, new SplittableRandom(seed));
            var (turns, knocks, seconds) = (0.0, 0, 20.0);
            for (var i = 0; i < seconds * design.Rate; i++)
            {
                turns += design.Speed / design.Rate;
                if (defect.Push(turns, Math.Cos(2 * Math.PI * turns)) > 0) knocks++;
            }
            Assert.Equal(expected, knocks / seconds, 0.02 * expected);
        }
        var (sound, faulty) = (Shape(FaultKind.None, 0), Shape(fault, 1));
        Assert.True(faulty.Kurtosis > sound.Kurtosis + 0.5, $"{sound} {faulty}");
    }

    [Fact]
    public void Imbalance_stands_at_the_speed_of_the_shaft()
    {
        var (sound, faulty) = (Spectrum(FaultKind.None, 0), Spectrum(FaultKind.Imbalance, 1));
        var design = Design(7);
        var bin = (int)Math.Round(design.Speed / design.Rate * Samples);

        // Speed wanders by a few percent.
        var width = Math.Max(2, bin / 10);
        double Around(double[] power) => power[(bin - width)..(bin + width + 1)].Sum();
        Assert.True(Around(faulty) > 10 * Around(sound));
        var elsewhere = Samples / 4;
        Assert.InRange(faulty[elsewhere..].Sum() / sound[elsewhere..].Sum(), 0.5, 2);
    }

    [Theory]
    [InlineData(0.05, 0.01)]
    [InlineData(0.3, 0.05)]
    public void A_mode_answers_noise_of_variance_1_with_variance_1_times_its_gain(double frequency, double damping)
    {
        var (mode, random) = (new Resonator(frequency, damping), new SplittableRandom(1));
        var squares = 0.0;
        for (var i = 0; i < 400_000; i++)
            squares += Math.Pow(mode.Step(mode.NoiseGain * random.Normal()), 2);

        Assert.Equal(1, squares / 400_000, 0.1);
    }

    [Fact]
    public void Simulated_recordings_are_messages_with_blocks_that_repeat()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "a", "b" })
            new SimulatedRecordings(folder.Place(name), 3, blocks: 4, pause: 10, asRows: false).Write(1);

        Assert.Equal(9, Directory.GetFiles(folder.Place("a")).Length);
        var lines = File.ReadAllLines(Path.Combine(folder.Place("a"), "sound-1.jsonl"));
        Assert.Equal(4, lines.Length);
        Assert.All(lines, l => Assert.StartsWith("{\"ts\":17", l));
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(folder.Place("b"), "sound-1.jsonl")));
    }

    private static MachineDesign Design(ulong seed) => MachineDesign.Draw(new SplittableRandom(seed).Split(0));

    private static float[] Record(FaultKind fault, double severity, ulong seed)
    {
        var samples = new float[Samples * MachineDesign.Axes];
        new Machine(Design(seed), fault, new SplittableRandom(seed).Split(1)).Sample(samples, severity);
        return samples;
    }

    private static double[] Axis(float[] samples) => [.. samples.Where((_, i) => i % MachineDesign.Axes == 0).Select(s => (double)s)];

    private static SignalShape Shape(FaultKind fault, double severity) => SignalShape.Of(Axis(Record(fault, severity, 7)));

    private static double[] Spectrum(FaultKind fault, double severity)
    {
        var signal = Axis(Record(fault, severity, 7));
        var mean = signal.Average();
        var power = new double[Samples / 2 + 1];
        new RealFourier(Samples).Power([.. signal.Select(v => v - mean)], power);
        return power;
    }
}
