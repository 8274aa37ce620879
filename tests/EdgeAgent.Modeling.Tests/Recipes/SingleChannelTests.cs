using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Recipes.SingleChannel;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public sealed class SingleChannelTests : IDisposable
{
    private static readonly SingleChannelOptions Small = new() { TrialSensors = 40, TrialReadings = 2_500 };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_bundle_and_it_holds_on_the_agents_own_runner()
    {
        var (first, again) = (_folder.Place("a/any"), _folder.Place("b/any"));
        // What an older version left is no twin of this model.
        File.WriteAllText(_folder.Place("a/any/model.fp32.onnx"), "old");
        Fit(first, 1);
        Fit(again, 1);

        Assert.Equal(["README.md", "golden.json", "manifest.json", "model.onnx"],
            Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        foreach (var name in Directory.EnumerateFiles(first).Select(f => Path.GetFileName(f)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, name)), File.ReadAllBytes(Path.Combine(again, name)));
        using var model = OnnxModel.Load(ModelBundle.Load(first));
        Assert.True(model.Bundle.TakesAnyChannel);
        Assert.Equal(3, GoldenCheck.Run(model));
    }

    [Fact]
    public void Faults_of_each_kind_are_found_and_sound_sensors_are_left_alone()
    {
        var report = Fit(_folder.Place("any"), 1);

        foreach (var shape in Enum.GetValues<InventedFault.Shape>())
            Assert.True(report.Found[shape] > 0.45, $"{report.Found[shape]} of {shape}");
        Assert.InRange(report.Flagged, 0, 0.05);
        Assert.True(report.FalseEvents <= report.Readings / 2_000, $"{report.FalseEvents} events in {report.Readings} readings");
    }

    [Theory]
    [InlineData(InventedFault.Shape.Step)]
    [InlineData(InventedFault.Shape.Ramp)]
    [InlineData(InventedFault.Shape.Noise)]
    [InlineData(InventedFault.Shape.Stuck)]
    public void A_fault_reaches_the_newest_reading(object shape)
    {
        var random = new SplittableRandom(3);
        for (var i = 0; i < 200; i++)
        {
            var readings = Some.Floats(288, (ulong)i);
            var before = readings.ToArray();
            InventedFault.Insert(readings, (InventedFault.Shape)shape, 1, random);

            Assert.NotEqual(before[^1], readings[^1]);
            Assert.All(readings, v => Assert.True(float.IsFinite(v)));
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

    private static SingleChannelReport Fit(string folder, ulong seed)
    {
        var request = new FitRequest(
            "", folder, [], ["*"], null, [], new Dictionary<string, string> { ["note"] = "text" }, seed, Spread: 0);
        return new SingleChannelFitting(request, Small).Run(_ => { });
    }
}
