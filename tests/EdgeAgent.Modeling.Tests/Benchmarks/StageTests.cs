using System.Text.Json;
using System.Xml.Linq;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Benchmarks;
using EdgeAgent.Modeling.Commands;

namespace EdgeAgent.Modeling.Tests.Benchmarks;

/// <summary><c>bench stages</c>: from a file to a verdict, stage by stage.</summary>
public sealed class StageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_stages_of_bundles_are_told_as_json_and_as_a_picture()
    {
        var (json, svg) = (_folder.Place("stages.json"), _folder.Place("stages.svg"));
        Assert.Equal(0, CommandLine.Run(
        [
            "bench", "stages", Repository.File("models/pump-health"), Repository.File("models/vibration"),
            "--runs", "20", "--batch", "4", "--json", json, "--svg", svg,
        ]));

        using var told = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal(["pump-health", "vibration"], told.RootElement.EnumerateArray().Select(m => m.GetProperty("model").GetString()!));
        foreach (var model in told.RootElement.EnumerateArray())
        {
            Assert.Equal(4, model.GetProperty("batch").GetInt32());
            var stages = model.GetProperty("stages").EnumerateObject().ToList();
            Assert.Equal(["load", "preprocess", "infer", "postprocess"], stages.Select(s => s.Name));
            Assert.All(stages, s => Assert.InRange(
                s.Value.GetProperty("p99Ms").GetDouble(), s.Value.GetProperty("medianMs").GetDouble(), double.MaxValue));
            Assert.True(stages[2].Value.GetProperty("medianMs").GetDouble() > 0);
        }
        var picture = XDocument.Parse(File.ReadAllText(svg)).Root!;
        Assert.Equal("http://www.w3.org/2000/svg", picture.Name.NamespaceName);
        Assert.Equal(8, picture.Elements().Count(e => e.Name.LocalName == "rect"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_generated_resnet_tells_images_apart_and_its_integer_form_agrees(bool isInteger)
    {
        using var model = new ResNetStages(size: 64, batch: 2, isInteger);
        Assert.True(model.Load() > TimeSpan.Zero);
        model.Preprocess();
        model.Infer();
        model.Postprocess();

        var logits = model.Logits.ToArray();
        Assert.All(logits, l => Assert.True(float.IsFinite(l)));
        Assert.NotEqual(logits[..1000], logits[1000..]);
        Assert.Equal(5, model.Classes.ToArray().Distinct().Count());
        Assert.Equal(logits[1000..].Max(), logits[1000 + model.Classes[0]]);
        if (!isInteger) return;
        using var exact = new ResNetStages(size: 64, batch: 2, isInteger: false);
        exact.Load();
        exact.Preprocess();
        exact.Infer();
        Assert.InRange(Correlation(exact.Logits.ToArray(), logits), 0.9, 1);
    }

    [Fact]
    public void Half_of_the_runs_are_below_the_median_and_one_of_a_hundred_above_the_99th()
    {
        var stage = StageTime.Of("infer", [.. Enumerable.Range(1, 100).Select(i => (double)i).Reverse()]);
        Assert.Equal((100, 51, 99), (stage.Runs, stage.MedianMs, stage.P99Ms));
    }

    [Fact]
    public void Without_a_model_it_says_what_to_name() => Assert.Equal(2, CommandLine.Run(["bench", "stages"]));

    private static double Correlation(float[] a, float[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var both = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return both / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
