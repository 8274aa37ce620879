using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>
/// A device is judged from its first readings on, while it still learns. The score is the mean z of the last two readings.
/// </summary>
public class ProvisionalTests
{
    private const int Needed = 200;
    private const int First = 20;

    [Fact]
    public void A_device_is_judged_from_the_first_readings_on_and_calibrated_later()
    {
        using var bench = Bench();
        Send(bench, 0, First - 1);
        Assert.Empty(bench.Scores);
        Send(bench, 0, 1);
        Assert.Single(bench.Scores);
        Assert.Equal(CalibrationView.Provisional, View(bench).State);
        Send(bench, 0, Needed - First);

        Assert.Equal(Needed - First + 1, bench.Scores.Count);
        Assert.Equal("steady", View(bench).State);
        Assert.Equal(Needed, View(bench).Readings);
        Assert.Single(bench.Log.Lines, l => l.Contains(
            "pump-7 is judged provisionally for health after its first 20 readings, until it has calibrated on 200",
            StringComparison.Ordinal));
        Assert.Single(bench.Log.Lines, l => l.Contains("pump-7 calibrated for health on its first 200 readings", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_device_in_good_order_it_ends_with_the_same_calibration()
    {
        using var bench = Bench();
        using var other = Bench(Manifest() with { Calibration = new ManifestCalibration { Readings = Needed, Clip = 1000 } });
        foreach (var one in new[] { bench, other })
            Send(one, 0, Needed);
        Assert.Equal(View(other).Channels[0].Mean, View(bench).Channels[0].Mean, 1e-6f);
        Assert.Equal(View(other).Channels[0].Spread, View(bench).Channels[0].Spread, 1e-6f);
    }

    [Fact]
    public void A_fault_among_the_first_readings_is_told_and_not_learned()
    {
        using var bench = Bench();
        Send(bench, 0, 60);
        Send(bench, 50, 30);
        Send(bench, 0, Needed);

        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.All(bench.Events, e => Assert.Equal(CalibrationState.Provisional, e.Calibration!.Value.State));
        var view = View(bench);
        Assert.Equal("steady", view.State);
        Assert.Equal(0, view.Channels[0].Mean, 0.01f);
        Assert.Equal(1, view.Channels[0].Spread, 0.01f);
    }

    [Fact]
    public void What_stands_for_as_long_as_a_calibration_takes_is_how_the_device_runs()
    {
        using var bench = Bench();
        Send(bench, 0, 40);
        Send(bench, 50, 3 * Needed);

        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.Contains(bench.Log.Lines, l => l.Contains("was not steady", StringComparison.Ordinal));
    }

    [Fact]
    public void The_fewer_readings_it_rests_on_the_wider_a_spread_is_taken()
    {
        using var bench = Bench();
        Send(bench, 0, First);
        Assert.Equal(Math.Sqrt((double)Needed / First), View(bench).Channels[0].Spread, 0.01);
        Send(bench, 0, Needed / 2 - First);
        Assert.Equal(Math.Sqrt(2), View(bench).Channels[0].Spread, 0.01);
    }

    [Fact]
    public void A_window_longer_than_what_has_come_is_filled_up_with_its_mirror_image()
    {
        var window = new SensorWindow(7, 2);
        var calibration = new ChannelCalibration([1f, 1f], readings: 2, clip: 1000);
        calibration.Learn([-1, -1]);
        calibration.Learn([1, 1]);
        for (var i = 1; i <= 3; i++) window.Push([i, 10 * i]);
        window.FillUp();

        Assert.True(window.IsFull);
        Assert.Equal([3, 3, 2, 1, 1, 2, 3], Enumerable.Range(0, 7).Select(r => window.Raw(r)[0]));
        Assert.Equal([30, 30, 20, 10, 10, 20, 30], Enumerable.Range(0, 7).Select(r => View()[2 * r + 1]));
        window.Push([4, 40]);
        Assert.Equal([3, 2, 1, 1, 2, 3, 4], Enumerable.Range(0, 7).Select(r => View()[2 * r]));

        float[] View()
        {
            var view = new float[window.Values];
            window.CopyTo(view, calibration);
            return view;
        }
    }

    [Fact]
    public void After_a_pause_the_window_is_filled_up_again()
    {
        using var bench = Bench(Manifest() with { Window = new ManifestWindow { Length = 50, Gap = TimeSpan.FromSeconds(30) } });
        Send(bench, 0, 30);
        bench.Skip(100);
        var before = bench.Scores.Count;
        Send(bench, 0, First - 1);
        Assert.Equal(before, bench.Scores.Count);
        Send(bench, 0, 1);
        Assert.Equal(before + 1, bench.Scores.Count);
    }

    [Fact]
    public void Whatever_the_batches_the_same_readings_give_the_same_events_and_scores()
    {
        static (string Kinds, List<float> Scores) Play(int batch)
        {
            using var bench = Bench();
            bench.BatchSize = batch;
            Send(bench, 0, 60);
            Send(bench, 12, 30);
            Send(bench, 0, 2 * Needed);
            bench.Flush();
            return (bench.Kinds, bench.Scores);
        }
        var one = Play(1);
        Assert.StartsWith("Opened", one.Kinds, StringComparison.Ordinal);
        foreach (var batch in new[] { 7, 500 })
        {
            var other = Play(batch);
            Assert.Equal(one.Kinds, other.Kinds);
            Assert.Equal(one.Scores, other.Scores);
        }
    }

    [Fact]
    public void A_detector_may_wait_until_its_devices_are_calibrated()
    {
        using var bench = new LaneBench(d => d.Provisional = false, Manifest());
        Send(bench, 0, Needed);
        Assert.Empty(bench.Scores);
        Send(bench, 0, 1);
        Assert.Single(bench.Scores);
    }

    [Fact]
    public void A_device_whose_calibration_is_reset_begins_anew()
    {
        using var bench = Bench();
        Send(bench, 0, 70);
        bench.Lane.ResetCalibration(Some.Track(bench.Device("pump-7")).Detectors[0]);
        Assert.Equal(CalibrationView.Learning, View(bench).State);
        Send(bench, 5, First);
        Assert.Equal(CalibrationView.Provisional, View(bench).State);
        Send(bench, 5, Needed);
        Assert.Equal(5, View(bench).Channels[0].Mean, 0.01f);
    }

    /// <summary>A distance of 9 spreads; with a threshold of 3 spreads were widened 2.2 times after 40 readings.</summary>
    [Theory]
    [InlineData(40, 9 / 12f)]
    [InlineData(140, 9 / 6f)]
    [InlineData(Needed, 9 / 3f)]
    public void Where_thresholds_go_by_the_readings_learned_the_score_is_measured_against_them_and_spreads_stay_as_they_are(
        int learned, float expected)
    {
        using var bench = Bench(Manifest() with
        {
            Output = new ManifestOutput
            {
                One = 3,
                Provisional =
                [
                    new ManifestProvisionalOne { Readings = First, One = 12 }, new ManifestProvisionalOne { Readings = 100, One = 6 },
                ],
            },
        });
        Send(bench, 0, learned);
        Send(bench, 9, 2);
        Assert.Equal(expected, bench.Scores[^1], 0.02f);
    }

    private static LaneBench Bench(BundleManifest? manifest = null) => new(manifest: manifest ?? Manifest());

    private static BundleManifest Manifest() => TinyBundle.Sum("a") with
    {
        Channels = [new ManifestChannel { Name = "a", Floor = 0.01f }],
        Calibration = new ManifestCalibration { Readings = Needed, Provisional = First, Clip = 1000 },
        Window = new ManifestWindow { Length = 2 },
        Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 2 }] },
        Output = new ManifestOutput { Zero = 0, One = 3 },
        Decision = new ManifestDecision { OnAfter = 2, OffAfter = 2 },
    };

    private static CalibrationView View(LaneBench bench) => CalibrationView.Of(Some.Track(bench.Device("pump-7")).Detectors[0]);

    /// <summary>Readings that lie one above and one below a level, in turns.</summary>
    private static void Send(LaneBench bench, double level, int count)
    {
        for (var i = 0; i < count; i++)
            bench.SendJson(string.Create(
                CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{level + (bench.Ts() % 2 == 0 ? 1 : -1)}}}}}"""));
        bench.Flush();
    }
}
