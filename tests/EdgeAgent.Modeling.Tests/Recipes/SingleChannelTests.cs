using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.SingleChannel;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public sealed class SingleChannelTests : IDisposable
{
    private static readonly SingleChannelOptions Small = new()
    {
        Sensors = 1_000, SensorReadings = 1_500, CalmSensors = 60, CalmReadings = 2_000, Trainer = new TrainerOptions { Epochs = 6 },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_bundle_and_it_holds_on_the_agents_own_runner()
    {
        var (first, again) = (Fit("a/any", 1), Fit("b/any", 1));
        var other = Fit("c/any", 2);

        foreach (var name in Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(again, name)));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(first, "model.onnx")), File.ReadAllBytes(Path.Combine(other, "model.onnx")));
        using var model = OnnxModel.Load(ModelBundle.Load(first));
        Assert.True(model.Bundle.TakesAnyChannel);
        Assert.Equal(3, GoldenCheck.Run(model));
    }

    [Fact]
    public void The_threshold_keeps_false_events_as_rare_as_asked_for()
    {
        var model = SingleChannelTraining.Fit(Small, 1, _ => { });
        // Other sensors than those that the threshold was found on.
        var fresh = new FalseEvents(model.Quantized, Small with { CalmSensors = 200 }, new SplittableRandom(77));

        Assert.InRange(fresh.ReadingsPerEvent(model.One), Small.ReadingsPerFalseEvent / 3.0, Small.ReadingsPerFalseEvent * 3.0);
        Assert.True(model.Zero < model.One);
    }

    [Fact]
    public void It_finds_more_than_a_plain_rule_with_as_many_false_alarms()
    {
        var trial = SingleChannelReport.Measure(Small, SingleChannelTraining.Fit(Small, 1, _ => { }), seed: 5);

        Assert.True(trial.Found[InventedFault.Shape.Noise] > trial.FoundByMean[InventedFault.Shape.Noise]
            + 0.2, $"{trial.Found[InventedFault.Shape.Noise]} of noise");
        Assert.True(trial.Found.Values.Average() > trial.FoundByMean.Values.Average() + 0.05, $"{trial.Found.Values.Average()} of all");
        Assert.InRange(trial.Agreement, 0.97, 1);
    }

    [Theory]
    [InlineData(InventedFault.Shape.Step)]
    [InlineData(InventedFault.Shape.Ramp)]
    [InlineData(InventedFault.Shape.Noise)]
    [InlineData(InventedFault.Shape.Stuck)]
    [InlineData(InventedFault.Shape.Spikes)]
    public void A_fault_always_reaches_the_newest_reading(object shape)
    {
        var random = new SplittableRandom(3);
        for (var i = 0; i < 200; i++)
        {
            var window = Some.Floats(288, (ulong)i);
            var before = window.ToArray();
            InventedFault.Insert(window, (InventedFault.Shape)shape, random);

            Assert.NotEqual(before[^1], window[^1]);
            Assert.All(window, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void Invented_readings_are_finite_and_differ_from_sensor_to_sensor()
    {
        var random = new SplittableRandom(9);
        var sensors = Enumerable.Range(0, 300).Select(i => InventedSensor.Normal(1_000, random.Split((ulong)i))).ToList();

        Assert.All(sensors, s => Assert.All(s, v => Assert.True(float.IsFinite(v))));
        // Most are fine, some are coarse: few values over and over.
        Assert.InRange(sensors.Count(s => s.Distinct().Count() < 500), 30, 120);
    }

    [Fact]
    public void The_contrast_recipe_still_asks_for_recordings()
    {
        Assert.Equal(2, CommandLine.Run(["fit", "--out", _folder.Place("x")]));
        Assert.Equal(2, CommandLine.Run(["fit", "--recipe", "other", "--out", _folder.Place("x")]));
    }

    private string Fit(string name, ulong seed)
    {
        var request = new FitRequest(
            "", _folder.Place(name), [], ["*"], null, [], new Dictionary<string, string> { ["note"] = "text" }, seed, Spread: 0);
        new SingleChannelFitting(request, Small).Run(_ => { });
        return request.Out;
    }
}
