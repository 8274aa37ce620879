using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Tests.Features;

public class FeatureExtractorTests
{
    private const int Length = 60;

    private static readonly ManifestFeature[] Features =
    [
        new() { Stat = "std", Over = 60, Squash = "log" },
        new() { Stat = "mean", Over = 1 },
        new() { Stat = "mean", Over = 30, Squash = "signed-log" },
        new() { Stat = "std", Over = 7 },
        new() { Stat = "mean", Over = 60 },
        new() { Stat = "std", Over = 7, Squash = "signed-log" },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(33)]
    public void Every_statistic_is_what_its_definition_says(int channels)
    {
        var random = new Random(channels);
        var window = new float[Length * channels];
        for (var i = 0; i < window.Length; i++)
            window[i] = (float)(random.NextDouble() * 20 - 10 + i % channels);
        var actual = new float[Features.Length * channels];

        new FeatureExtractor(Features, channels, Length).Extract(window, actual);

        for (var f = 0; f < Features.Length; f++)
            for (var c = 0; c < channels; c++)
                AssertClose(Reference(Features[f], window, c, channels), actual[f * channels + c]);
    }

    [Fact]
    public void A_large_offset_costs_no_precision()
    {
        float[] window = [.. Enumerable.Range(0, Length).Select(i => 1e6f + i % 2)];
        var actual = new float[1];

        new FeatureExtractor([new ManifestFeature { Stat = "std", Over = Length }], 1, Length).Extract(window, actual);

        Assert.Equal(0.5f, actual[0], 1e-6f);
    }

    [Fact]
    public void A_second_window_is_not_touched_by_the_first()
    {
        var extractor = new FeatureExtractor(Features, 3, Length);
        var first = new float[extractor.Count];
        var again = new float[extractor.Count];
        float[] window = [.. Enumerable.Range(0, Length * 3).Select(i => MathF.Sin(i))];

        extractor.Extract(window, first);
        extractor.Extract([.. window.Select(v => v * 1000)], again);
        extractor.Extract(window, again);

        Assert.Equal(first, again);
    }

    [Fact]
    public void Extracting_allocates_nothing()
    {
        var extractor = new FeatureExtractor(Features, 9, Length);
        var (window, values) = (new float[Length * 9], new float[extractor.Count]);
        extractor.Extract(window, values);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            extractor.Extract(window, values);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("median", 5, "none", "stat")]
    [InlineData("mean", 5, "cube", "squash")]
    [InlineData("mean", 5, "log", "a mean may be negative")]
    [InlineData("mean", 0, "none", "over is 0")]
    [InlineData("mean", 61, "none", "over is 61")]
    public void A_statistic_that_cannot_be_is_refused_with_its_key(string stat, int over, string squash, string expected)
    {
        var feature = new ManifestFeature { Stat = stat, Over = over, Squash = squash };

        var e = Assert.Throws<ArgumentException>(() => new FeatureExtractor([feature], 2, Length));

        Assert.Contains("input.features[0]", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Change_is_the_mean_distance_from_one_reading_to_the_next()
    {
        // Two channels, so that each has its own; the oldest reading of the window is beyond what is asked for.
        float[] window = [100, 0, 1, 5, 3, 5, 2, 5];
        var features = new float[4];
        new FeatureExtractor(
            [new ManifestFeature { Stat = "change", Over = 3 }, new ManifestFeature { Stat = "change", Over = 2 }], 2, 4).Extract(window, features);

        Assert.Equal([1.5f, 0, 1, 0], features);
    }

    [Fact]
    public void Change_of_a_single_reading_is_refused() => Assert.Contains("needs 2 or more", Assert.Throws<ArgumentException>(
        () => new FeatureExtractor([new ManifestFeature { Stat = "change", Over = 1 }], 1, 4)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_stand_in_the_order_of_the_input() =>
        Assert.Equal(
            ["a.mean8", "b.mean8", "a.std30", "b.std30"],
            FeatureExtractor.Names([new ManifestFeature { Over = 8 }, new ManifestFeature { Stat = "std", Over = 30 }], ["a", "b"]));

    private static double Reference(ManifestFeature feature, float[] window, int channel, int channels)
    {
        var rows = Enumerable.Range(Length - feature.Over, feature.Over);
        double[] values = [.. rows.Select(row => (double)window[row * channels + channel])];
        var mean = values.Average();
        var value = feature.Stat == "mean" ? mean : Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return feature.Squash switch
        {
            "signed-log" => Math.Sign(value) * Math.Log(1 + Math.Abs(value)),
            "log" => Math.Log(value + 0.1),
            _ => value,
        };
    }

    private static void AssertClose(double expected, float actual)
    {
        var tolerance = 2e-5 * (1 + Math.Abs(expected));
        Assert.InRange(actual, expected - tolerance, expected + tolerance);
    }
}
