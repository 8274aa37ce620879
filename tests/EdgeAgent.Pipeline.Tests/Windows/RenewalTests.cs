using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>A calibration that follows its device, seen through scores and events. The score is z of the newest reading.</summary>
public class RenewalTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_the_batches_the_same_readings_give_the_same_events_and_scores()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var (events, scores) = Play(1, seed);
        Assert.Contains(events, e => e.Contains("\"closedBecause\":\"adopted\"", StringComparison.Ordinal));
        Assert.InRange(events.Count, 20, 100_000);
        foreach (var size in new[] { 7, 500 })
        {
            var other = Play(size, seed);
            Assert.Equal(events, other.Events);
            Assert.Equal(scores, other.Scores);
        }
    }

    [Fact]
    public void A_slow_drift_is_followed_and_without_renewal_it_is_an_anomaly()
    {
        static string Kinds(ManifestRenewal? renew)
        {
            using var bench = new LaneBench(manifest: Manifest(renew));
            for (var i = 0; i < 3000; i++)
                Send(bench, i * 0.004 + (i % 2 == 0 ? 1 : -1));
            return bench.Kinds;
        }
        Assert.StartsWith("Opened", Kinds(null), StringComparison.Ordinal);
        Assert.Equal("", Kinds(new ManifestRenewal { Every = 20, Blocks = 2 }));
    }

    [Fact]
    public void The_readings_in_the_window_are_seen_in_the_new_calibration()
    {
        var manifest = Manifest(new ManifestRenewal { Every = 20, Blocks = 1, Hold = 0, CalmBelow = 1000 }) with
        {
            Window = new ManifestWindow { Length = 2 },
            Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 2 }] },
            Output = new ManifestOutput { Zero = -100, One = 100 },
        };
        using var bench = new LaneBench(manifest: manifest);
        for (var i = 0; i < 41; i++)
            Send(bench, (i < 20 ? 0 : 10) + (i % 2 == 0 ? 1 : -1));
        // Score 0.5 is z 0. Just before the renewal both lie at 10 spreads, just after it around 0.
        Assert.Equal([0.55f, 0.5f], bench.Scores.TakeLast(2));
    }

    [Fact]
    public void A_new_normal_closes_its_event_and_is_told_and_judged_normal()
    {
        using var bench = new LaneBench(manifest: Manifest(new ManifestRenewal { Every = 10, Blocks = 2, AdoptAfter = 60 }));
        for (var i = 0; i < 200; i++)
            Send(bench, (i < 50 ? 0 : 30) + (i % 2 == 0 ? 1 : -1));

        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.Equal("adopted", bench.Events[1].ClosedBecause);
        Assert.Equal(bench.Events[0].AnomalyId, bench.Events[1].AnomalyId);
        Assert.Equal(0, bench.Events[1].Channels[0].Expected, 1e-6f);
        Assert.Single(bench.Log.Lines, l => l.Contains("takes it for normal"));
        Assert.Equal(bench.Lane.Counters.Events, bench.Events.Count);
        Assert.True(bench.Scores[^1] <= 1.01f);
        Send(bench, 60, 60, 60);
        Assert.Null(bench.Events[2].ClosedBecause);
        Assert.Equal("Opened Closed Opened", bench.Kinds);
    }

    [Fact]
    public void An_unsteady_calibration_is_told_once_and_marked_in_events_until_all_of_it_is_replaced()
    {
        using var bench = new LaneBench(manifest: Manifest(new ManifestRenewal { Every = 10, Blocks = 4 }, readings: 40));
        for (var i = 0; i < 40; i++)
            Send(bench, (i < 30 ? 0 : 20) + (i % 2 == 0 ? 1 : -1));
        Send(bench, 99, 99, 5);
        for (var i = 0; i < 200; i++)
            Send(bench, 5 + (i % 2 == 0 ? 1 : -1));
        Send(bench, 99, 99);

        Assert.Single(bench.Log.Lines, l => l.Contains("was not steady"));
        Assert.Equal(
            [CalibrationState.Unsteady, CalibrationState.Unsteady, CalibrationState.Steady],
            bench.Events.Select(e => e.Calibration!.Value.State));
        Assert.All(bench.Events, e => Assert.Equal(40, e.Calibration!.Value.Readings));
    }

    [Fact]
    public void A_device_whose_calibration_is_reset_learns_anew()
    {
        using var bench = new LaneBench(manifest: Manifest(new ManifestRenewal { Every = 10 }));
        for (var i = 0; i < 25; i++) Send(bench, i % 2);
        var track = Some.Track(bench.Device("pump-7")).Detectors[0];
        Assert.Equal(("steady", 20, 0.5f), View(track));
        new WindowStage(bench.Log).ResetCalibration(track);
        Assert.Equal("learning", CalibrationView.Of(track).State);
        var judged = bench.Scores.Count;
        for (var i = 0; i < 20; i++) Send(bench, 50 + i % 2);
        Assert.Equal(judged, bench.Scores.Count);
        Assert.Equal(("steady", 20, 50.5f), View(track));

        static (string, int, float) View(DetectorTrack track)
        {
            var view = CalibrationView.Of(track);
            return (view.State, view.Readings, Assert.Single(view.Channels).Mean);
        }
    }

    [Fact]
    public void Gathering_and_renewing_allocate_nothing()
    {
        using var bench = new LaneBench(manifest: Manifest(new ManifestRenewal { Every = 10, Hold = 1 })) { BatchSize = 100 };
        byte[][] payloads = [.. Enumerable.Range(0, 4000).Select(i => Some.Utf8($$$"""{"ts": {{{1_767_225_600 + i}}}, "values": {"a": {{{i % 2 * 0.25}}}}}"""))];
        bench.Scores.EnsureCapacity(8000);
        Play(0, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(2000, 4000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(Some.Track(bench.Device("pump-8")).Detectors[0].Renewal!.Renewals, 390, 400);

        void Play(int from, int to)
        {
            for (var i = from; i < to; i++)
                bench.Send("pump-8"u8, payloads[i]);
        }
    }

    private static BundleManifest Manifest(ManifestRenewal? renew, int readings = 20, params string[] channels)
    {
        var manifest = TinyBundle.Sum(channels.Length > 0 ? channels : ["a"]);
        foreach (var channel in manifest.Channels)
            channel.Floor = 0.01f;
        return manifest with
        {
            Calibration = new ManifestCalibration { Readings = readings, Clip = 1000, Renew = renew },
            Output = new ManifestOutput { Zero = 0, One = 5 },
            Decision = new ManifestDecision { OnAfter = 2 },
        };
    }

    private static void Send(LaneBench bench, params double[] values)
    {
        foreach (var value in values)
            bench.SendJson(string.Create(CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{value:R}}}}}"""));
    }

    /// <summary>Five pumps that drift, change their level for good, fail, pause and set their clocks back.</summary>
    private static (List<string> Events, List<float> Scores) Play(int batchSize, int seed)
    {
        var random = new Random(seed);
        var manifest = Manifest(new ManifestRenewal { Every = 16, Blocks = 3, AdoptAfter = 48 }, 30, "a", "b");
        using var bench = new LaneBench(d =>
        {
            (d.OffAfter, d.GapLimit, d.UpdateEvery) = (2, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20));
        }, manifest) { BatchSize = batchSize };
        for (var i = 0; i < 8000; i++)
        {
            if (random.Next(200) == 0) bench.Skip(100);
            if (random.Next(900) == 0) bench.Skip(-5000);
            var level = i * 0.0002 + (i / 3000) * 8 + (i % 500 < 40 ? 4 : 0);
            bench.SendJson(
                string.Create(CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{random.NextDouble() + level:R}}}, "b": {{{random.NextDouble():R}}}}}"""),
                device: $"pump-{random.Next(5)}");
        }
        bench.Flush();
        var encoder = new CloudEventEncoder(new AgentIdentity("site", "agent"));
        return ([.. bench.Events.Select(e => System.Text.Encoding.UTF8.GetString(encoder.Encode(e)))], bench.Scores);
    }
}
