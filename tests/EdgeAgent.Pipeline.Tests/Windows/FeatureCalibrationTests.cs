using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>
/// Blocks of samples through windows of 4 whose rms and peak-to-peak are calibrated on the first 4 windows; the score is the
/// sum of both distances from normal, over all channels.
/// </summary>
public class FeatureCalibrationTests
{
    [Fact]
    public void Windows_of_samples_are_judged_by_how_far_their_features_are_from_those_of_the_first()
    {
        using var bench = new LaneBench(manifest: Manifest("a"), model: TinyOnnx.Linear([1, 1]));

        Calibrate(bench);
        SendBlock(bench, 1.5f, -1.5f, 1.5f, -1.5f);

        // rms 1.5 where 1 ± 0.1 (the floor) was normal: 5. Peak to peak 3 where 2 ± 0.5 was: 2.
        Assert.Equal(7, Assert.Single(bench.Scores), 1e-4f);
        var opened = Assert.Single(bench.Events);
        Assert.Equal(EventKind.Opened, opened.Kind);
        Assert.Equal(["a.rms4", "a.peak4"], opened.FeatureNames);
        Assert.Equal([5f, 2f], opened.Features.Select(f => MathF.Round(f, 3)));
        Assert.Equal([(1.5f, 1f), (3f, 2f)], opened.Measured.Select(m => (MathF.Round(m.Value, 4), MathF.Round(m.Expected, 4))));
        Assert.Equal(new ChannelCause("a", null, 1.5f, 1, 1, "rms4"), Assert.Single(opened.Channels));
        Assert.Contains("calibrated for health on its first 4", string.Join('\n', bench.Log.Lines));
    }

    [Fact]
    public void Features_and_what_was_measured_and_expected_stay_those_of_the_peak_though_the_device_learned_anew_since()
    {
        using var bench = new LaneBench(manifest: Manifest("a"), model: TinyOnnx.Linear([1, 1]));
        Calibrate(bench);
        SendBlock(bench, 1.5f, -1.5f, 1.5f, -1.5f);
        bench.Lane.ResetCalibration(Some.Track(bench.Device("pump-7")).Detectors[0]);
        for (var i = 0; i < 5; i++)
            SendBlock(bench, 9, -9, 9, -9);

        Assert.Equal([EventKind.Opened, EventKind.Closed], bench.Events.Select(e => e.Kind));
        Assert.Equal(bench.Events[0].Features, bench.Events[1].Features);
        Assert.Equal(bench.Events[0].Measured, bench.Events[1].Measured);
        Assert.Equal(bench.Events[0].Channels, bench.Events[1].Channels);
    }

    [Fact]
    public void The_axis_that_moves_gets_the_share()
    {
        using var bench = new LaneBench(manifest: Manifest("a", "b"), model: TinyOnnx.Linear([1, 1, 1, 1]));
        for (var i = 0; i < 4; i++)
            bench.SendJson(Block(bench, ("a", [1, -1, 1, -1]), ("b", [2, -2, 2, -2])));

        bench.SendJson(Block(bench, ("a", [1, -1, 1, -1]), ("b", [4, -4, 4, -4])));

        Assert.Equal([0f, 1f], Assert.Single(bench.Events).Channels.Select(c => c.Share));
    }

    [Fact]
    public void What_is_learned_and_judged_does_not_depend_on_how_samples_are_cut_into_messages()
    {
        float[] samples = [.. Enumerable.Range(0, 200).Select(i => MathF.Round(MathF.Sin(i * 0.7f) * (i < 120 ? 1 : 3), 3))];
        var expected = Play(samples, 1);

        Assert.Equal((200 - 4) / 2 + 1 - 4, expected.Scores.Count);
        Assert.Contains(expected.Events, e => e.StartsWith("Opened", StringComparison.Ordinal));
        foreach (var size in new[] { 4, 10, 50, 200 })
        {
            var played = Play(samples, size);
            Assert.Equal(expected.Scores, played.Scores);
            Assert.Equal(expected.Events, played.Events);
        }
    }

    [Fact]
    public void A_burst_as_long_as_the_window_is_judged_and_a_pause_does_not_break_the_streak()
    {
        var manifest = Manifest("a") with { Window = new ManifestWindow { Length = 4, Stride = 4, Gap = TimeSpan.FromSeconds(0.5) } };
        using var bench = new LaneBench(d => d.OnAfter = 3, manifest, TinyOnnx.Linear([1, 1]));
        Calibrate(bench);

        for (var i = 0; i < 3; i++)
        {
            bench.Skip(600);
            // Two samples too many: they must not reach into the next burst's window.
            SendBlock(bench, 3, -3, 3, -3, 100, -100);
        }

        Assert.Equal(3, bench.Scores.Count);
        Assert.Equal("Opened", bench.Kinds);
        Assert.Equal(2, bench.Events[0].Measured[0].Value / 1.5f, 1e-3f);
    }

    [Fact]
    public void Calm_windows_renew_the_calibration()
    {
        var manifest = Manifest("a") with
        {
            Calibration = new ManifestCalibration
            {
                Over = "features", Readings = 4, Clip = 1000, Renew = new ManifestRenewal
                {
                    Every = 2, Blocks = 1, Hold = 0, CalmBelow = 1,
                },
            },
        };
        using var bench = new LaneBench(manifest: manifest, model: TinyOnnx.Linear([1, 1]));
        Calibrate(bench);

        for (var i = 0; i < 20; i++)
        {
            var size = 1 + i * 0.02f;
            SendBlock(bench, size, -size, size, -size);
        }

        Assert.Empty(bench.Events);
        Assert.True(Some.Track(bench.Device("pump-7")).Detectors[0].Renewal!.Renewals > 3);
        Assert.InRange(Some.Track(bench.Device("pump-7")).Detectors[0].Calibration.Means[0], 1.25f, 1.4f);
    }

    [Fact]
    public void First_windows_that_move_about_make_the_device_unsteady_and_are_told_by_feature()
    {
        var manifest = Manifest("a") with { Calibration = new ManifestCalibration { Over = "features", Readings = 40, Clip = 1000 } };
        using var bench = new LaneBench(manifest: manifest, model: TinyOnnx.Linear([1, 1]));
        for (var i = 0; i < 40; i++)
        {
            var size = i < 20 ? 1 : 9;
            SendBlock(bench, size, -size, size, -size);
        }

        Assert.True(Some.Track(bench.Device("pump-7")).Detectors[0].IsUnsteady);
        Assert.Contains("a.rms4", string.Join('\n', bench.Log.Lines));
    }

    [Fact]
    public void Judging_blocks_allocates_nothing()
    {
        using var bench = new LaneBench(d => d.OnAfter = int.MaxValue, Manifest("a"), TinyOnnx.Linear([1, 1]));
        Calibrate(bench);
        void Take(int second) => bench.Send("pump-7"u8, Payloads[second]);
        bench.Scores.Capacity = 10_000;
        for (var i = 0; i < 50; i++)
            Take(i);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 50; i < 100; i++)
            Take(i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(bench.Scores.Count > 1000);
    }

    [Fact]
    public void A_block_that_begins_before_the_end_of_the_last_is_taken_whole_and_time_stands_still()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a"));
        bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": [0, 0, 1, 2]}}""");
        var track = Some.Track(bench.Device("pump-7"));
        var end = track.Detectors[0].LastTicks;

        bench.SendJson($$$"""{"ts": {{{bench.Ts() - 1}}}.002, "values": {"a": [3, 4, 5, 6]}}""");

        Assert.Equal([1f, 2, 3, 4, 5, 6], bench.Scores);
        Assert.Equal(end + 2 * TimeSpan.TicksPerMillisecond, track.Detectors[0].LastTicks);
        Assert.Equal((2L, 2L), (bench.Lane.Counters.Received, bench.Lane.Counters.Windowed));
        bench.SendJson($$$"""{"ts": {{{bench.Ts() - 3}}}, "values": {"a": [9, 9]}}""");
        Assert.Equal(1, bench.Lane.Counters.FilteredLate);
    }

    [Theory]
    [InlineData("readings", null, null)]
    [InlineData("features", 0.1f, null)]
    [InlineData("features", null, "input.features[0].floor is missing")]
    [InlineData("features", 0f, "input.features[0].floor is 0")]
    [InlineData("windows", 0.1f, "calibration.over is \"windows\"")]
    public void A_manifest_says_what_is_calibrated(string over, float? floor, string? problem)
    {
        var manifest = TinyBundle.Sum("a") with { Model = "m.onnx", Calibration = new ManifestCalibration { Over = over } };
        manifest.Input.Features![0].Floor = floor;

        AssertProblem(problem, manifest);
    }

    [Theory]
    [InlineData("features", 100, 3f, 4f, 4000, null)]
    [InlineData("readings", 100, null, 4f, null, "calibration.scale and calibration.threshold are for")]
    [InlineData("readings", null, 3f, 4f, null, "calibration.scale and calibration.threshold are for")]
    [InlineData("features", 1, 3f, 4f, null, "calibration.scale is 1")]
    [InlineData("features", 100, 0f, 4f, null, "calibration.threshold is")]
    [InlineData("features", 100, 5f, 4f, null, "calibration.threshold is")]
    [InlineData("features", 100, 3f, 4f, 0, "calibration.renew.memory is 0")]
    public void What_a_device_finds_for_itself_is_checked(string over, int? scale, float? from, float to, int? memory, string? problem)
    {
        var manifest = Manifest("a") with
        {
            Model = "m.onnx",
            Calibration = new ManifestCalibration
            {
                Over = over, Scale = scale, Readings = 400, Renew = new ManifestRenewal { Memory = memory },
                Threshold = from is { } lowest ? new ManifestThreshold { From = lowest, To = to } : null,
            },
        };

        AssertProblem(problem, manifest);
    }

    private static void AssertProblem(string? problem, BundleManifest manifest)
    {
        if (problem is null)
            Assert.Null(ManifestCheck.FirstProblem(manifest));
        else
            Assert.StartsWith(problem, ManifestCheck.FirstProblem(manifest));
    }

    private static readonly byte[][] Payloads =
        [.. Enumerable.Range(0, 100).Select(i => Some.Utf8($$$"""{"ts": {{{1_800_000_000 + i}}}, "values": {"a": [{{{string.Join(',', Enumerable.Range(0, 100).Select(k => k % 3))}}}]}}"""))];

    private static BundleManifest Manifest(params string[] channels) => TinyBundle.Sum(channels) with
    {
        Calibration = new ManifestCalibration { Over = "features", Readings = 4, Clip = 1000 },
        Window = new ManifestWindow { Length = 4, Stride = 4 },
        Input = new ManifestInput
        {
            Layout = "features",
            Features = [new ManifestFeature { Stat = "rms", Over = 4, Floor = 0.1f },
                new ManifestFeature { Stat = "peak", Over = 4, Floor = 0.5f }],
        },
    };

    private static void Calibrate(LaneBench bench)
    {
        for (var i = 0; i < 4; i++)
            SendBlock(bench, 1, -1, 1, -1);
        Assert.Empty(bench.Scores);
    }

    private static void SendBlock(LaneBench bench, params float[] samples) => bench.SendJson(Block(bench, ("a", samples)));

    private static string Block(LaneBench bench, params (string Channel, float[] Samples)[] channels) =>
        string.Create(CultureInfo.InvariantCulture,
        $"{{\"ts\": {bench.Ts()}, \"values\": {{{string.Join(", ", channels.Select(c => $"\"{c.Channel}\": [{string.Join(",", c.Samples.Select(s => s.ToString(CultureInfo.InvariantCulture)))}]"))}}}}}");

    private static (List<float> Scores, List<string> Events) Play(float[] samples, int size)
    {
        using var bench = new LaneBench(
            manifest: Manifest("a") with { Window = new ManifestWindow { Length = 4, Stride = 2 } }, model: TinyOnnx.Linear([1, 1]));
        for (var i = 0; i < samples.Length; i += size)
        {
            var block = string.Join(",", samples.Skip(i).Take(size).Select(s => s.ToString(CultureInfo.InvariantCulture)));
            var last = 1_767_225_600_000 + i + size - 1;
            bench.SendJson($$$"""{"ts": {{{last}}}, "values": {"a": [{{{block}}}]}}""");
        }
        return (bench.Scores, [.. bench.Events.Select(e => $"{e.Kind} {e.Id} {e.TimeTicks} {e.Score} {e.Peak}")]);
    }
}
