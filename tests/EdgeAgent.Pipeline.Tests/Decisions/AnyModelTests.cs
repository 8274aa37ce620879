using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.TestData;
using static EdgeAgent.TestData.OnnxParts;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>Models as people bring them, judged by a lane.</summary>
public sealed class AnyModelTests
{
    private static readonly BundleManifest Sum = TinyBundle.Sum("a");

    [Fact]
    public void A_model_of_values_in_their_units_judges_the_first_reading_and_its_events_tell_of_no_calibration()
    {
        using var bench = new LaneBench(manifest: Sum with
        {
            Calibration = new ManifestCalibration { Over = "none" }, Output = new ManifestOutput { Zero = 20, One = 40 },
            Channels = [new ManifestChannel { Name = "a", Unit = "°C" }],
        });
        SendAll(bench, 20, 30, 42);

        Assert.Equal([0f, 0.5f, 1.1f], bench.Scores);
        var opened = Assert.Single(bench.Events);
        Assert.Equal((EventKind.Opened, 0), (opened.Kind, opened.Calibration!.Value.Readings));
        Assert.True(float.IsNaN(opened.Channels[0].Expected));
    }

    [Fact]
    public void A_stated_mean_and_spread_are_what_a_device_is_held_against()
    {
        using var bench = new LaneBench(manifest: Sum with
        {
            Calibration = new ManifestCalibration { Over = "fixed", Clip = 30 },
            Channels = [new ManifestChannel { Name = "a", Mean = 50, Spread = 5 }],
        });
        SendAll(bench, 50, 52.5f, 60);
        Assert.Equal([0f, 0.5f, 2f], bench.Scores);
        Assert.Equal(50, Assert.Single(bench.Events).Channels[0].Expected);
    }

    [Fact]
    public void Where_lower_scores_are_worse_they_are_and_the_channel_that_lowers_them_is_named()
    {
        // 1 − |a| − |b| would be more like a forest; a sum tells as well which channel it is.
        using var bench = new LaneBench(
            manifest: TinyBundle.Sum("a", "b") with { Output = new ManifestOutput { Worse = "lower", Zero = 0, One = -2 } },
            model: TinyOnnx.Linear([-1, -1]));
        for (var i = 0; i < 2; i++) bench.SendJson(At(bench, """{"a": 0, "b": 0}"""));
        bench.SendJson(At(bench, """{"a": 0.5, "b": 0.5}""")).SendJson(At(bench, """{"a": 0, "b": 5}""")).Flush();

        Assert.Equal([0.5f, 2.5f], bench.Scores);
        Assert.Equal([0f, 1f], Assert.Single(bench.Events).Channels.Select(c => c.Share));
    }

    [Fact]
    public void A_forecast_is_judged_when_its_reading_has_come()
    {
        // It says that the next reading is like the last.
        var naive = Graph(
            [Node("Slice", ["input", "one", "two", "one"], ["last"]), Node("Reshape", ["last", "flat"], ["output"])],
            [Int64s("one", 1), Int64s("two", 2), Int64s("flat", -1, 1)],
            [Value("input", Float32, 2, 1)], [Value("output", Float32, 1)]);
        using var bench = new LaneBench(
            manifest: Sum with
            {
                Window = new ManifestWindow { Length = 3 }, Input = new ManifestInput(),
                Output = new ManifestOutput { Kind = "forecast", Zero = 0, One = 9 },
            },
            model: naive);
        bench.Send(1, 1, 2, 6);

        // The first window is 0, 0, 1: its last was forecast as 0.
        Assert.Equal([1 / 9f, 0f, 1 / 9f, 16 / 9f], bench.Scores);
        Assert.Equal((6f, 2f), Assert.Single(bench.Events.Select(e => (e.Channels[0].Value, e.Channels[0].Expected))));
    }

    [Fact]
    public void Without_a_floor_the_sensor_s_own_steps_are_one()
    {
        using var bench = new LaneBench(manifest: Sum with { Channels = [new ManifestChannel { Name = "a" }] });
        // Two readings calibrate, half apart: three such steps are the spread, for their own is less.
        SendAll(bench, 0, 0.5f, 0.25f, 1.75f);
        Assert.Equal(1f, bench.Scores[^1], 3);
    }

    private static void SendAll(LaneBench bench, params float[] values)
    {
        foreach (var value in values) bench.SendJson(At(bench, FormattableString.Invariant($"{{\"a\": {value}}}")));
        bench.Flush();
    }

    private static string At(LaneBench bench, string values) => $"{{\"ts\": {bench.Ts()}, \"values\": {values}}}";

    private static Proto Int64s(string name, params long[] values) =>
        Tensor(name, OfInt64, [values.Length], MemoryMarshal.AsBytes<long>(values));
}
