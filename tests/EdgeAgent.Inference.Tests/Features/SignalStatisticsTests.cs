using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Tests.Features;

public class SignalStatisticsTests
{
    private const int Length = 1024;

    [Fact]
    public void A_sine_has_the_figures_of_the_textbook()
    {
        float[] sine = [.. Enumerable.Range(0, Length).Select(i => 2 + 3 * MathF.Sin(2 * MathF.PI * 32 * (i + 0.5f) / Length))];

        Assert.Equal(Math.Sqrt(4 + 4.5), Of(sine, "rms"), 1e-4);
        Assert.Equal(1.5, Of(sine, "kurtosis"), 1e-4);
        Assert.Equal(Math.Sqrt(2), Of(sine, "crest"), 0.01);
        Assert.Equal(6, Of(sine, "peak"), 0.03);
        Assert.Equal(4.5, Of(sine, "band", 0.02f, 0.05f), 1e-4);
        Assert.Equal(0, Of(sine, "band", 0.1f, 0.5f), 1e-8);
        Assert.Equal(1, Of(sine, "band-share", 0.02f, 0.05f), 1e-5);
    }

    [Fact]
    public void Noise_has_kurtosis_3_and_its_bands_add_up_to_about_its_variance()
    {
        var random = new Random(5);
        float[] noise = [.. Enumerable.Range(0, 65_536).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

        Assert.Equal(3, Of(noise, "kurtosis"), 0.1);
        float[] edges = [0, 0.1f, 0.25f, 0.5f];
        var bands = edges.Zip(edges.Skip(1)).Select(e => Of(noise, "band", e.First, e.Second)).ToArray();
        Assert.Equal(1, bands.Sum(), 0.03);
        Assert.Equal(0.2, bands[0], 0.01);
        Assert.Equal(0.5, bands[2], 0.02);
    }

    [Fact]
    public void A_knock_raises_kurtosis_and_crest_and_hardly_the_rms()
    {
        float[] calm = [.. Enumerable.Range(0, Length).Select(i => MathF.Sin(i))];
        float[] knocked = [.. calm];
        knocked[500] = 8;

        Assert.True(Of(knocked, "kurtosis") > 3 * Of(calm, "kurtosis"));
        Assert.True(Of(knocked, "crest") > 5 * Of(calm, "crest"));
        Assert.InRange(Of(knocked, "rms") / Of(calm, "rms"), 1, 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.981f)]
    [InlineData(-1e6f)]
    public void A_sensor_that_stands_still_gives_numbers(float value)
    {
        var still = new float[Length];
        Array.Fill(still, value);
        var features = Bands("ln").Append(new ManifestFeature { Stat = "kurtosis", Over = Length, Squash = "ln" })
            .Append(new ManifestFeature { Stat = "crest", Over = Length })
            .Append(new ManifestFeature { Stat = "peak", Over = Length, Squash = "ln" })
            .Append(new ManifestFeature { Stat = "band-share", Over = Length, From = 0, To = 0.5f }).ToArray();
        var values = new float[features.Length];

        new FeatureExtractor(features, 1, Length).Extract(still, values);

        Assert.All(values, v => Assert.True(float.IsFinite(v)));
        Assert.Equal(MathF.Log(3), values[^4], 1e-6f);
    }

    [Fact]
    public void Each_channel_has_its_own_figures_at_its_own_place_beside_the_plain_statistics()
    {
        ManifestFeature[] features =
        [
            new() { Stat = "peak", Over = 8 },
            new() { Stat = "mean", Over = 4 },
            new() { Stat = "band", Over = 16, From = 0, To = 0.5f },
            new() { Stat = "rms", Over = 16 },
        ];
        var random = new Random(2);
        float[] window = [.. Enumerable.Range(0, 16 * 3).Select(i => (float)random.NextDouble() + i % 3)];
        var together = new float[12];
        new FeatureExtractor(features, 3, 16).Extract(window, together);

        for (var c = 0; c < 3; c++)
        {
            var alone = new float[4];
            new FeatureExtractor(features, 1, 16).Extract([.. window.Where((_, i) => i % 3 == c)], alone);
            Assert.Equal(alone, together.Where((_, i) => i % 3 == c).ToArray());
        }
        Assert.Equal(["a.peak8", "b.peak8"], FeatureExtractor.Names(features, ["a", "b"]).Take(2));
        Assert.Contains("b.band16[0-0.5]", FeatureExtractor.Names(features, ["a", "b"]));
    }

    [Theory]
    [InlineData("band", 1000, 0f, 0.5f, "power of two")]
    [InlineData("band", 1024, 0.2f, 0.2f, "0 <= from < to <= 0.5")]
    [InlineData("band", 1024, 0.2f, 0.6f, "0 <= from < to <= 0.5")]
    [InlineData("band", 1024, -0.1f, 0.2f, "0 <= from < to <= 0.5")]
    [InlineData("band-share", 1024, null, 0.2f, "0 <= from < to <= 0.5")]
    [InlineData("band", 16, 0.1f, 0.11f, "widen the band")]
    [InlineData("rms", 16, 0.1f, 0.2f, "from and to are for")]
    public void A_band_that_cannot_be_is_refused_with_its_key(string stat, int over, float? from, float? to, string expected)
    {
        var feature = new ManifestFeature { Stat = stat, Over = over, From = from, To = to };

        var e = Assert.Throws<ArgumentException>(() => new FeatureExtractor([feature], 1, Length));

        Assert.Contains("input.features[0]", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Extracting_allocates_nothing()
    {
        var extractor = new FeatureExtractor([.. Bands("ln"), new ManifestFeature { Stat = "kurtosis", Over = 512 }], 3, Length);
        var (window, values) = (new float[Length * 3], new float[extractor.Count]);
        // What the runtime makes once, while it compiles again what is called often, is not ours.
        for (var i = 0; i < 100; i++)
            extractor.Extract(window, values);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            extractor.Extract(window, values);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<ManifestFeature> Bands(string squash) =>
        Enumerable.Range(0, 5).Select(i => new ManifestFeature
        {
            Stat = "band", Over = Length, From = i * 0.1f, To = (i + 1) * 0.1f, Squash = squash,
        });

    private static float Of(float[] signal, string stat, float? from = null, float? to = null)
    {
        var value = new float[1];
        var feature = new ManifestFeature { Stat = stat, Over = signal.Length, From = from, To = to };
        new FeatureExtractor([feature], 1, signal.Length).Extract(signal, value);
        return value[0];
    }
}
