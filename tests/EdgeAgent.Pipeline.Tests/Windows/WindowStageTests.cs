using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>Windows seen through the scores they cause.</summary>
public class WindowStageTests
{
    [Fact]
    public void A_missing_value_stays_at_its_last_known_one()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a", "b"), source: EachMessage);
        foreach (var values in new[] { """{"a":0,"b":0}""", """{"a":0,"b":0}""", """{"a":0.5,"b":0.1}""", """{"b":0.2}""", """{"a":null,"b":0.3}""" })
            bench.SendJson($$"""{"ts": {{bench.Ts()}}, "values": {{values}}}""");
        Assert.Equal([0.6f, 0.7f, 0.8f], bench.Scores);
    }

    [Fact]
    public void A_device_without_a_channel_is_told_once_filtered_and_judged_when_it_comes()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a", "b"), source: EachMessage);
        bench.Send(5);
        Assert.Equal(3, bench.Lane.Counters.FilteredLacksChannel);
        Assert.Single(bench.Log.Lines, l => l.Contains("it lacks b", StringComparison.Ordinal));

        for (var i = 0; i < 3; i++)
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"b": 0}}""");

        Assert.Equal([0f], bench.Scores);
    }

    [Fact]
    public void Nothing_is_judged_before_calibration_and_a_full_window()
    {
        var manifest = TinyBundle.Sum("a") with
        {
            Window = new ManifestWindow { Length = 4 }, Calibration = new ManifestCalibration { Readings = 2 },
        };
        using var bench = new LaneBench(manifest: manifest);
        bench.Send(1);
        Assert.Empty(bench.Scores);
        bench.Send(0.5f);
        Assert.Equal([0.5f], bench.Scores);
    }

    [Fact]
    public void Readings_before_calibration_are_calibrated_with_it()
    {
        var manifest = TinyBundle.Sum("a") with
        {
            Window = new ManifestWindow { Length = 3 },
            Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Over = 3 }] },
        };
        using var bench = new LaneBench(manifest: manifest);
        // Mean 13, spread 3: z of the three newest readings is 1, -1, and 2.
        foreach (var value in new[] { 16, 10, 19 })
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{value}}}}}""");
        Assert.Equal(2 / 3f, Assert.Single(bench.Scores), 1e-6f);
    }

    [Fact]
    public void A_device_quieter_than_those_that_the_model_was_made_from_is_told_with_what_is_not_seen()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a"));
        foreach (var value in new[] { 10.0, 10.2 })
            bench.SendJson(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{value}}}}}"""));

        Assert.Single(bench.Log.Lines, l => l.Contains("pump-7 is quieter", StringComparison.Ordinal)
            && l.Contains("not seen: a 1 V.", StringComparison.Ordinal));
        Assert.True(CalibrationView.Of(Some.Track(bench.Device("pump-7")).Detectors[0]).IsQuiet);
    }

    [Fact]
    public void With_a_stride_every_nth_window_is_judged()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a") with { Window = new ManifestWindow { Length = 1, Stride = 3 } });
        bench.Send(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f);
        Assert.Equal([0.3f, 0.6f], bench.Scores);
    }

    [Fact]
    public void A_gap_starts_the_window_and_the_streak_anew_and_keeps_the_calibration()
    {
        var manifest = TinyBundle.Sum("a") with { Window = new ManifestWindow { Length = 2 } };
        using var bench = new LaneBench(d => (d.GapLimit, d.OnAfter) = (TimeSpan.FromSeconds(5), 3), manifest);
        bench.Send(2, 2).Skip(5).Send(2, 2, 2);
        Assert.Equal([2f, 2, 2, 2], bench.Scores);
        Assert.Empty(bench.Events);
        bench.Send(2);
        Assert.Single(bench.Events);
    }

    [Fact]
    public void A_pause_within_the_limit_changes_nothing()
    {
        using var bench = new LaneBench(d => (d.GapLimit, d.OnAfter) = (TimeSpan.FromSeconds(5), 3));
        bench.Send(2, 2).Skip(4).Send(2);
        Assert.Single(bench.Events);
    }

    [Fact]
    public void The_bundle_says_after_which_silence_a_window_is_empty_unless_the_configuration_does()
    {
        var manifest = TinyBundle.Sum("a") with { Window = new ManifestWindow { Length = 2, Gap = TimeSpan.FromSeconds(5) } };
        using var bench = new LaneBench(manifest: manifest);
        bench.Send(0, 0).Skip(5).Send(0, 0);
        Assert.Equal(3, bench.Scores.Count);
        using var told = new LaneBench(d => d.GapLimit = TimeSpan.Zero, manifest);
        told.Send(0, 0).Skip(5).Send(0, 0);
        Assert.Equal(4, told.Scores.Count);
    }

    [Fact]
    public void A_missing_value_stands_in_for_as_long_as_the_bundle_allows()
    {
        var manifest = TinyBundle.Sum("a", "b") with { Window = new ManifestWindow { Length = 1, Hold = 2 } };
        using var bench = new LaneBench(manifest: manifest, source: EachMessage);
        SendBoth(0, 0);
        SendBoth(0, 0);
        SendBoth(0.25f, 0.5f);
        bench.Send(0.25f, 0.25f, 0.25f, 0.25f);
        Assert.Equal([0.75f, 0.75f, 0.75f], bench.Scores);
        Assert.Equal(2, bench.Lane.Counters.FilteredLacksChannel);
        Assert.Single(bench.Log.Lines, l => l.Contains("it has not sent b for more than 2 readings", StringComparison.Ordinal));
        SendBoth(0, 0.125f);
        Assert.Equal(0.125f, bench.Scores[^1]);

        void SendBoth(float a, float b) => bench.SendJson(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{a}}}, "b": {{{b}}}}}"""));
    }

    [Fact]
    public void A_value_that_is_missing_for_too_long_is_not_learned()
    {
        var manifest = TinyBundle.Sum("a", "b") with
        {
            Window = new ManifestWindow { Length = 1, Hold = 0 }, Calibration = new ManifestCalibration { Readings = 3 },
        };
        using var bench = new LaneBench(manifest: manifest);
        foreach (var values in new[] { """{"a":0,"b":0}""", """{"a":9}""", """{"a":9}""", """{"a":0,"b":0}""", """{"a":0,"b":0}""" })
            bench.SendJson($$"""{"ts": {{bench.Ts()}}, "values": {{values}}}""");
        Assert.Equal([0f, 0f], Some.Track(bench.Device("pump-7")).Detectors[0].Calibration.Means.ToArray());
        Assert.True(Some.Track(bench.Device("pump-7")).Detectors[0].Calibration.IsComplete);
    }

    private static void EachMessage(SourceOptions source) => source.Reading.Mode = ReadingMode.Message;
}
