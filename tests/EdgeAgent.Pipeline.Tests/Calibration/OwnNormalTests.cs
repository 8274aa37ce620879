using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>The bundle for any one channel, over sensors that nobody has tuned it for.</summary>
public sealed class OwnNormalTests
{
    private const int Calibrated = 499;
    private static readonly string Folder = Repository.File("models/single-channel");

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(-273.15f)]
    public void A_channel_that_never_moves_is_no_alarm(float value)
    {
        using var bench = Bench();
        bench.Send([.. Enumerable.Repeat(value, 2_000)]);

        Assert.Empty(bench.Events);
        Assert.True(bench.Scores.Count > 1_500);
        Assert.All(bench.Scores, score => Assert.InRange(score, 0, 0.01f));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(5.001f, false)]
    public void The_first_change_of_a_channel_that_never_moved_is_judged_by_its_size(float value, bool isTold)
    {
        using var bench = Bench();
        bench.Send([.. Enumerable.Repeat(5f, 1_000), .. Enumerable.Repeat(value, 100)]);

        Assert.Equal(isTold ? 1 : 0, bench.Events.Count(e => e.Kind == EventKind.Opened));
        Assert.All(bench.Scores, score => Assert.InRange(score, 0, 6 / 3.4f));
    }

    [Fact]
    public void A_new_set_point_is_told_becomes_normal_and_another_is_told_again()
    {
        var random = new Random(1);
        using var bench = Bench();
        bench.Send([.. Noise(random, 1_500, 20), .. Noise(random, 3_500, 22)]);
        Assert.Equal(["Opened", "Closed"], Kinds(bench));
        Assert.Equal("adopted", bench.Events.Single(e => e.Kind == EventKind.Closed).ClosedBecause);

        bench.Send([.. Noise(random, 100, 20)]);
        Assert.Equal(["Opened", "Closed", "Opened"], Kinds(bench));
    }

    [Fact]
    public void What_is_as_unusual_as_can_be_becomes_normal_when_it_has_been_steady_for_long()
    {
        var random = new Random(1);
        using var bench = Bench();
        bench.Send([.. Noise(random, 1_500, 20), .. Noise(random, 2_500, 22, spread: 1)]);

        Assert.Equal(["Opened", "Closed"], Kinds(bench));
        var closed = bench.Events.Single(e => e.Kind == EventKind.Closed);
        Assert.Equal("adopted", closed.ClosedBecause);
        Assert.InRange(TimeSpan.FromTicks(closed.TimeTicks - bench.Events[0].TimeTicks).TotalSeconds, 400, 450);
    }

    [Fact]
    public void What_never_comes_to_rest_is_adopted_at_last_and_not_told_for_ever()
    {
        var random = new Random(13);
        using var bench = Bench();
        // Elsewhere each 150 readings: never steady for 400.
        bench.Send(
            [.. Noise(random, 1_500, 20), .. Enumerable.Range(0, 3_000).SelectMany(r => Noise(random, 1, r / 150 % 2 == 0 ? 24 : 28))]);

        Assert.Equal(["Opened", "Closed"], Kinds(bench));
        var closed = bench.Events.Single(e => e.Kind == EventKind.Closed);
        Assert.Equal("adopted", closed.ClosedBecause);
        Assert.InRange(TimeSpan.FromTicks(closed.TimeTicks - bench.Events[0].TimeTicks).TotalSeconds, 800, 900);
    }

    [Fact]
    public void A_level_that_is_off_by_little_is_told_when_it_stays_off()
    {
        Assert.Empty(Off(readings: 20));
        Assert.InRange(Off(readings: 400)[0], 30, 300);

        // Readings from where it begins to where an event opens.
        static double[] Off(int readings)
        {
            const int calm = 4_000;
            var random = new Random(14);
            using var bench = Bench();
            bench.Send([.. Wander(random, calm, 20), .. Wander(random, readings, 20.2f)]);
            return [.. bench.Events.Where(e => e.Kind == EventKind.Opened)
                .Select(e => (e.TimeTicks - Some.Start.UtcTicks) / (double)TimeSpan.TicksPerSecond - calm)];
        }
    }

    [Fact]
    public void A_sensor_that_stands_still_where_it_used_to_move_never_becomes_normal()
    {
        using var bench = Bench();
        bench.Send([.. Noise(new Random(2), 1_500, 20), .. Enumerable.Repeat(20f, 3_000)]);

        Assert.Equal(["Opened"], Kinds(bench));
    }

    [Fact]
    public void What_drifts_slowly_is_followed()
    {
        var random = new Random(3);
        using var bench = Bench();
        // In all 40 spreads away from where it calibrated.
        bench.Send([.. Enumerable.Range(0, 8_000).Select(r => 20 + 0.0005f * r + 0.1f * Normal(random))]);

        Assert.Empty(bench.Events);
    }

    [Fact]
    public void Each_device_has_the_threshold_that_its_own_calibration_asks_for_within_bounds()
    {
        Assert.Equal(3.4f, One([.. Noise(new Random(4), Calibrated, 20)]));
        // It leaves its place a little while it calibrates: that it does so is normal, but not everything beyond it.
        var one = One([.. Noise(new Random(4), 465, 20), .. Noise(new Random(5), Calibrated - 465, 20.3f)]);
        Assert.InRange(one, 3.41f, 4.6f);
        // Where it is judged meanwhile, this would be an event, and not learned.
        Assert.Equal(5.5f, One([.. Noise(new Random(4), 489, 20), .. Noise(new Random(5), Calibrated - 489, 60)], isProvisional: false));
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(1, 273)]
    [InlineData(1.8f, 32)]
    public void Another_unit_changes_no_event(float times, float plus)
    {
        var random = new Random(6);
        float[] readings =
            [.. Noise(random, 1_200, 20), .. Noise(random, 60, 20.6f), .. Noise(random, 400, 20), .. Noise(random, 200, 21)];
        using var first = Bench();
        using var other = Bench();
        first.Send(readings);
        other.Send([.. readings.Select(r => r * times + plus)]);

        Assert.Equal(2, first.Events.Count(e => e.Kind == EventKind.Opened));
        Assert.Equal(first.Events.Select(e => (e.Kind, e.TimeTicks)), other.Events.Select(e => (e.Kind, e.TimeTicks)));
    }

    [Fact]
    public void The_event_tells_in_the_sensors_own_unit_what_was_measured_and_what_was_expected()
    {
        var random = new Random(7);
        using var bench = Bench();
        bench.Send([.. Noise(random, 1_000, 20), .. Noise(random, 40, 22)]);

        var opened = bench.Events[0];
        Assert.Equal(["a.mean8", "a.std8", "a.change8", "a.mean30", "a.std30"], opened.FeatureNames.Take(5));
        Assert.Equal(["a.change30", "a.mean100", "a.std100", "a.change100", "a.mean1"], opened.FeatureNames.Skip(5));
        Assert.Equal(20, opened.Measured[^1].Expected, 0.1f);
        Assert.Equal(22, opened.Measured[^1].Value, 0.5f);
        Assert.Equal(0.1f, opened.Measured[7].Expected, 0.02f);
    }

    [Fact]
    public void Readings_are_judged_provisionally_before_the_calibration_is_complete()
    {
        using var bench = Bench();
        bench.Send([.. Noise(new Random(8), 198, 20)]);
        Assert.Empty(bench.Scores);
        bench.Send([.. Noise(new Random(9), 100, 20)]);
        Assert.Equal(100, bench.Scores.Count);
        Assert.All(bench.Scores, score => Assert.InRange(score, 0.01f, 0.9f));
        bench.Send([.. Noise(new Random(10), 30, 23)]);
        Assert.Equal(["Opened"], Kinds(bench));
    }

    [Fact]
    public void A_reading_allocates_nothing()
    {
        using var bench = Bench(onAfter: int.MaxValue);
        bench.Send([.. Noise(new Random(11), 600, 20)]);
        bench.Scores.Capacity = 10_000;
        byte[][] payloads = [.. Enumerable.Range(0, 400).Select(i => Some.Utf8(string.Create(
            CultureInfo.InvariantCulture, $"{{\"ts\": {1_800_000_000 + i}, \"values\": {{\"a\": {20 + i % 7 * 0.03}}}}}")))];
        foreach (var payload in payloads.AsSpan(0, 200))
            bench.Send("pump-7"u8, payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var payload in payloads.AsSpan(200))
            bench.Send("pump-7"u8, payload);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static LaneBench Bench(int? onAfter = null, bool isProvisional = true)
    {
        var manifest = ModelBundle.Load(Folder).Manifest;
        // Behind the second that the bench would use for two zeros.
        var model = File.ReadAllBytes(Path.Combine(Folder, manifest.Model));
        return new LaneBench(d => (d.Channel, d.OnAfter, d.Provisional) = ("a", onAfter, isProvisional), manifest, model).Skip(1);
    }

    private static string[] Kinds(LaneBench bench) =>
        [.. bench.Events.Where(e => e.Kind is EventKind.Opened or EventKind.Closed).Select(e => $"{e.Kind}")];

    private static float One(float[] readings, bool isProvisional = true)
    {
        using var bench = Bench(isProvisional: isProvisional);
        bench.Send(readings);
        var track = Track(bench);
        Assert.True(track.Calibration.IsComplete && track.Threshold!.IsFound);
        return track.Threshold.One;
    }

    private static DetectorTrack Track(LaneBench bench) => Some.Track(bench.Device("pump-7")).Detectors[0];

    private static IEnumerable<float> Noise(Random random, int count, float level, float spread = 0.1f) =>
        Enumerable.Range(0, count).Select(_ => level + spread * Normal(random));

    /// <summary>A sensor that wanders by 0.1 within some 10 readings.</summary>
    private static IEnumerable<float> Wander(Random random, int count, float level)
    {
        var at = 0f;
        for (var r = 0; r < count; r++)
        {
            at = 0.9f * at + 0.0436f * Normal(random);
            yield return level + at;
        }
    }

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
