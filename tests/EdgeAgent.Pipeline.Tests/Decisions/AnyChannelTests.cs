using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public class AnyChannelTests
{
    private static readonly BundleManifest Any = TinyBundle.Sum("*");

    [Fact]
    public void The_only_channel_is_taken_and_named_in_events()
    {
        using var bench = new LaneBench(manifest: Any);
        Send(bench, """{"torque": 0}""", """{"torque": 0}""", """{"torque": 4}""");

        var opened = Assert.Single(bench.Events);
        Assert.Equal([new ChannelCause("torque", "V", 4, 0, 1)], opened.Channels);
        Assert.Equal(["torque.mean1"], opened.FeatureNames);
    }

    [Fact]
    public void Of_several_channels_the_named_one_is_judged()
    {
        using var bench = new LaneBench(d => d.Channel = "torque", Any);
        Send(bench, """{"speed": 9, "torque": 0}""", """{"speed": 9, "torque": 0}""", """{"speed": 9, "torque": 0.5}""", """{"speed": 9, "torque": 2}""");

        Assert.Equal([0.5f, 2f], bench.Scores);
        Assert.Equal("torque", Assert.Single(bench.Events).Channels[0].Name);
    }

    [Fact]
    public void Of_several_channels_none_is_judged_unless_it_is_named_and_that_is_told_once()
    {
        using var bench = new LaneBench(manifest: Any);
        Send(bench, """{"speed": 9, "torque": 0}""", """{"speed": 9, "torque": 0}""", """{"speed": 9, "torque": 4}""");

        Assert.Empty(bench.Scores);
        Assert.Equal(3, bench.Lane.Counters.FilteredLacksChannel);
        var told = Assert.Single(bench.Log.Lines, l => l.Contains("pump-7", StringComparison.Ordinal));
        Assert.Contains("speed, torque", told, StringComparison.Ordinal);
        Assert.Contains("channel = ", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_comes_later_does_not_take_the_first_ones_place()
    {
        using var bench = new LaneBench(manifest: Any);
        Send(bench, [.. Enumerable.Repeat("""{"torque": 0}""", 30)]);
        Send(bench, """{"speed": 9, "torque": 0.5}""", """{"speed": 9, "torque": 0.7}""");

        Assert.Equal([0.5f, 0.7f], bench.Scores[^2..]);
    }

    [Fact]
    public void A_reading_in_which_the_other_channels_are_missing_leaves_no_choice()
    {
        using var bench = new LaneBench(manifest: Any);
        Send(bench, """{"torque": 0, "speed": null}""", """{"torque": 1, "speed": 9}""");
        Send(bench, [.. Enumerable.Repeat("""{"torque": 2}""", 40)]);

        Assert.Empty(bench.Scores);
        Assert.Null(Some.Track(bench.Device("pump-7")).Detectors[0].Pick!.Name);
        var told = Assert.Single(bench.Log.Lines, l => l.Contains("pump-7", StringComparison.Ordinal));
        Assert.Contains("torque, speed", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_devices_with_one_channel_each_of_different_names_are_both_judged()
    {
        using var bench = new LaneBench(manifest: Any);
        for (var i = 0; i < 3; i++)
        {
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"torque": {{{2 * i}}}}}""", device: "press");
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"speed": {{{3 * i}}}}}""", device: "fan");
        }

        // Mean 1 and spread 1 (its floor), mean 1.5 and spread 1.5.
        Assert.Equal([3f, 3f], bench.Scores);
        Assert.Equal([("press", "torque"), ("fan", "speed")], bench.Events.Select(e => (e.Device, e.Channels[0].Name)));
        Assert.Equal(["torque.mean1", "speed.mean1"], bench.Events.SelectMany(e => e.FeatureNames));
        Assert.Equal(["torque", "speed"], bench.Lane.Tracks.Select(t => CalibrationView.Of(t.Detectors[0]).Channels[0].Name));
        Assert.Equal(0, bench.Lane.Counters.FilteredLacksChannel);
    }

    [Fact]
    public void A_sensor_that_has_got_another_name_is_found_by_a_reset_and_one_that_another_has_joined_keeps_its_place()
    {
        using var bench = new LaneBench(manifest: Any);
        Send(bench, [.. Enumerable.Repeat("""{"torque": 0}""", 30), """{"torque": 0, "speed": 9}"""]);
        bench.Scores.Clear();
        bench.Lane.ResetCalibration(Some.Track(bench.Device("pump-7")).Detectors[0]);
        Send(bench, """{"torque": 0, "speed": 9}""", """{"torque": 0, "speed": 9}""", """{"torque": 0.5, "speed": 9}""");
        Assert.Equal([0.5f], bench.Scores);

        Send(bench, """{"power": 0}""");
        bench.Lane.ResetCalibration(Some.Track(bench.Device("pump-7")).Detectors[0]);
        Send(bench, """{"power": 0}""", """{"power": 0}""", """{"power": 0.25}""");
        Assert.Equal(0.25f, bench.Scores[^1]);
    }

    [Fact]
    public void A_model_for_any_channel_needs_a_choice_where_the_source_lists_several()
    {
        using var temp = new TempFolder();
        var any = ModelBundle.Load(TinyBundle.Write(temp.File("any"), Any, TinyBundle.SumModel(1)));
        var named = ModelBundle.Load(TinyBundle.Write(temp.File("named"), TinyBundle.Sum("a"), TinyBundle.SumModel(1)));
        var one = new SourceOptions { Name = "s", Channels = [new ChannelOptions { Name = "a" }] };
        var two = new SourceOptions { Name = "s", Channels = [new ChannelOptions { Name = "a" }, new ChannelOptions { Name = "b" }] };
        var open = new DetectorOptions { Name = "d" };
        var chosen = new DetectorOptions { Name = "d", Channel = "b" };

        Assert.Null(ChannelChoice.Problem(open, one, any));
        Assert.Null(ChannelChoice.Problem(chosen, two, any));
        Assert.Null(ChannelChoice.Problem(open, two, named));
        Assert.Contains("has a, b; name one, as in channel = \"a\"", ChannelChoice.Problem(open, two, any));
        Assert.Contains("names its channels itself (a); leave the key out", ChannelChoice.Problem(chosen, two, named));
    }

    [Fact]
    public void Without_that_choice_its_detector_is_out_of_service_and_the_others_run()
    {
        using var temp = new TempFolder();
        var any = TinyBundle.Write(temp.File("any"), Any, TinyBundle.SumModel(1));
        var source = new SourceOptions { Name = "s", Channels = [new ChannelOptions { Name = "a" }, new ChannelOptions { Name = "b" }] };
        using var shelf = new ModelShelf(new AgentOptions
        {
            Sources = [source],
            Detectors = [new DetectorOptions { Name = "open", Source = "s", Model = any },
                new DetectorOptions { Name = "b", Source = "s", Model = any, Channel = "b" }],
        });

        Assert.Equal("b", Assert.Single(shelf.InService.Detectors).Name);
        Assert.StartsWith("detectors.open: the model sum judges one channel", Assert.Single(shelf.Troubles), StringComparison.Ordinal);
    }

    private static void Send(LaneBench bench, params string[] values)
    {
        foreach (var value in values)
            bench.SendJson($$"""{"ts": {{bench.Ts()}}, "values": {{value}}}""");
    }
}
