using System.Text.RegularExpressions;
using System.Xml.Linq;
using EdgeAgent.Cli;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Recordings;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Tests.Replay.Plot;

public sealed partial class PlotFileTests : IDisposable
{
    private readonly PlotBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Events_labels_and_learning_stand_where_they_happened()
    {
        // 1001 readings: a second is a pixel.
        var svg = _bench.Recording("pump.csv", "a,anomaly,changepoint", 1001,
            i => $"{(i is >= 500 and < 600 ? 5 : 0)},{(i is >= 480 and < 590 ? 1 : 0)},{(i is 480 or 589 ? 1 : 0)}").DrawSvg();

        AssertSpan((500, 99), Assert.Single(PlotBench.Spans(svg, "event warning")));
        AssertSpan((500, 99), Assert.Single(PlotBench.Spans(svg, "tint warning")));
        AssertSpan((480, 109), Assert.Single(PlotBench.Spans(svg, "label")));
        AssertSpan((0, 1), Assert.Single(PlotBench.Spans(svg, "learning")));
        Assert.Equal(2, svg.Descendants(PlotBench.Svg + "svg").Single().Elements().Count(e => e.Attribute("class")!.Value == "change"));
        Assert.Contains("1 event. Labelled stretches met by an event: 1 of 1. Events outside of them: 0.", PlotBench.Texts(svg));
    }

    [Fact]
    public void The_list_says_when_how_bad_and_why()
    {
        var texts = PlotBench.Texts(_bench.Recording("pump.csv", "a,b,anomaly", 1001,
            i => $"{(i is >= 500 and < 600 ? 9 : 0)},{(i is >= 500 and < 600 ? 3 : 0)},0").DrawSvg(null, "a", "b"));

        Assert.Equal(["1", "00:08:20", "00:09:59", "warning", "12", "no", "a 75 % (9 V, expected 0), b 25 %"],
            texts[(texts.IndexOf("leading channels at the peak (share of the score)") + 1)..]);
        Assert.Contains("1 event. Labelled stretches met by an event: 0 of 0. Events outside of them: 1.", texts);
    }

    [Fact]
    public void An_event_that_is_open_at_the_end_lasts_to_the_end_and_has_its_highest_peak()
    {
        var svg = _bench.Recording("pump.csv", "a", 1001, i => i < 500 ? "0" : i < 510 ? "5" : "7").DrawSvg();

        AssertSpan((500, 500), Assert.Single(PlotBench.Spans(svg, "event warning")));
        Assert.Equal(["open", "warning", "7"], PlotBench.Texts(svg)[^4..^1]);
    }

    [Fact]
    public void A_channel_that_was_left_to_choose_is_drawn_by_its_name()
    {
        var texts = PlotBench.Texts(_bench.Recording("pump.csv", "torque", 1001, i => i < 500 ? "0" : "5").DrawSvg(null, "*"));

        Assert.Contains("torque", texts);
        Assert.DoesNotContain("*", texts);
        Assert.Contains(texts, t => t.Contains("torque 100 %", StringComparison.Ordinal));
    }

    [Fact]
    public void A_column_named_as_label_is_drawn_as_label_and_not_as_channel()
    {
        _bench.Recording("pump.csv", "a,broken", 1001, i => $"{i % 2},{(i is >= 200 and < 300 ? 1 : 0)}");

        var named = _bench.DrawSvg("broken");
        AssertSpan((200, 99), Assert.Single(PlotBench.Spans(named, "label")));
        Assert.DoesNotContain(PlotBench.Texts(named), t => t.StartsWith("broken", StringComparison.Ordinal));

        Assert.Contains("broken (no model sees it)", PlotBench.Texts(_bench.DrawSvg()));
    }

    [Fact]
    public void Messages_of_several_devices_make_a_picture_each_and_labels_among_their_channels_stay_labels()
    {
        _bench.Messages(
            "all.jsonl", 2002, i => ($"pump-{i % 2}",
                $"\"a\": {(i is >= 1001 and < 1201 && i % 2 == 1 ? 5 : 0)}, \"anomaly\": {(i is >= 1001 and < 1201 ? 1 : 0)}"));

        var texts = PlotBench.Texts(_bench.DrawSvg());
        Assert.DoesNotContain(texts, t => t.StartsWith("anomaly", StringComparison.Ordinal));
        Assert.Equal(
            ["No event. Labelled stretches met by an event: 0 of 1. Events outside of them: 0.",
                "1 event. Labelled stretches met by an event: 1 of 1. Events outside of them: 0."],
            texts.Where(t => t.Contains("Labelled stretches", StringComparison.Ordinal)));

        Assert.DoesNotContain(PlotBench.Texts(_bench.DrawSvg("another")), t => t.StartsWith("anomaly", StringComparison.Ordinal)
            || t.StartsWith("Labelled", StringComparison.Ordinal));
    }

    [Fact]
    public void The_band_is_what_calibration_learned()
    {
        var svg = _bench.Recording("pump.csv", "a", 101, i => i < 2 ? "0" : "1").DrawSvg();

        // Mean 0 and spread 1, the floor; the scale has room for both and a margin of 6 %.
        var bands = svg.Descendants(PlotBench.Svg + "rect")
            .Where(e => e.Attribute("class")!.Value == "band" && e.Attribute("width")!.Value == "1000");
        Assert.Equal(60 / 1.12, (double)Assert.Single(bands).Attribute("height")!, 0.1);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void A_long_recording_makes_no_longer_picture(int rows)
    {
        _bench.Recording("pump.csv", "a", rows, i => i < 2 ? "0" : $"{i * 7919 % 100 / 1000.0:0.000}");

        Assert.InRange(_bench.Draw("plot.svg").Length, 10_000, 60_000);
        Assert.InRange(_bench.Draw("plot.html").Length, 20_000, 200_000);
    }

    [Fact]
    public void Names_from_outside_cannot_leave_their_place()
    {
        const string evil = "<img src=x onerror=alert(1)>&\"'";
        _bench.Recording("</svg><script>&.csv".Replace('/', '-'), $"a,{evil}", 101, i => $"{i % 3},1");

        Assert.Contains(evil + " (no model sees it)", PlotBench.Texts(_bench.DrawSvg()));
        var page = _bench.Draw("plot.html");
        Assert.DoesNotContain("<img", page);
        Assert.Single(ScriptTag().Matches(page));
    }

    [Fact]
    public void A_page_fetches_nothing_and_is_whole_without_its_script()
    {
        var page = _bench.Recording("pump.csv", "a", 1001, i => i is >= 500 and < 600 ? "5" : "0").Draw("plot.html");

        Assert.Equal(["http://www.w3.org/2000/svg"], Address().Matches(page).Select(m => m.Value));
        var svg = page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.LastIndexOf("</svg>", StringComparison.Ordinal) + 6)];
        var picture = XElement.Parse(
            svg.Replace("<svg class=\"plot\"", $"<svg xmlns=\"{PlotBench.Svg}\" class=\"plot\"", StringComparison.Ordinal));
        AssertSpan((500, 99), Assert.Single(PlotBench.Spans(picture, "event warning")));
    }

    [Fact]
    public void Of_many_devices_the_first_are_drawn_and_the_others_are_counted()
    {
        for (var i = 0; i < PlotRecorder.DeviceLimit + 3; i++)
            _bench.Recording($"pump-{i:00}.csv", "a", 101, _ => "0");

        var texts = PlotBench.Texts(_bench.DrawSvg());

        Assert.Equal(PlotRecorder.DeviceLimit,
            texts.Count(t => t.StartsWith("pump-", StringComparison.Ordinal) && !t.Contains("csv", StringComparison.Ordinal)));
        Assert.Contains("3 more devices are not drawn; give fewer recordings to see them.", texts);
    }

    [Fact]
    public void Channels_beyond_the_limit_are_counted_and_those_of_the_model_come_first()
    {
        var others = Enumerable.Range(0, DevicePlot.ChannelLimit + 1).Select(i => $"x{i}");

        var texts = PlotBench.Texts(_bench.Recording("pump.csv", $"{string.Join(',', others)},a", 101,
            _ => string.Join(',', Enumerable.Repeat("0", DevicePlot.ChannelLimit + 2))).DrawSvg());

        Assert.True(texts.IndexOf("a, V") >= 0 && texts.IndexOf("a, V") < texts.IndexOf("x0 (no model sees it)"));
        Assert.Contains("2 more channels are not drawn.", texts);
    }

    [Fact]
    public void A_device_that_was_not_judged_is_drawn_and_that_is_said()
    {
        var texts = PlotBench.Texts(_bench.Recording("pump.csv", "b", 101, _ => "0").DrawSvg());

        Assert.Contains("Nothing was judged.", texts);
        Assert.Contains(texts, t => t.StartsWith("sum judged nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void Readings_after_a_clock_that_was_set_back_are_counted()
    {
        var plot = new DevicePlot(new Device("pump", "plant", 0), "pump.jsonl", new LabelNames());
        foreach (var second in new[] { 10, 11, 5, 6 })
            plot.Take(second * TimeSpan.TicksPerSecond, [1], new ChannelNames(["a"]), null);

        Assert.Equal((4, 2), (plot.Readings, plot.ReadingsBefore));
    }

    [Fact]
    public void A_few_late_readings_of_a_recording_are_played_in_order()
    {
        _bench.Recording("pump.csv", "a", 1001, i => i < 500 ? "0" : "5");
        var texts = PlotBench.Texts(_bench.Append("2025-12-31 23:59:58,0", "2025-12-31 23:59:59,0").DrawSvg());

        Assert.Contains(texts, t => t.StartsWith("1 event.", StringComparison.Ordinal) || t.Contains("1 event", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, t => t.Contains("clock was set back", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_recordings_of_one_name_are_two_pictures_with_their_own_events()
    {
        _bench.Recording("x/pump.csv", "a", 101, i => i is >= 50 and < 60 ? "5" : "0").Recording("y/pump.csv", "a", 101, _ => "0");

        var texts = PlotBench.Texts(_bench.DrawSvg());

        Assert.Equal(["1 event.", "No event."], texts.Where(t => t.EndsWith("event.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_before_the_replay()
    {
        _bench.Recording("pump.csv", "a", 101, _ => "0");

        Assert.Contains("no such folder", Assert.Throws<RecordingException>(() => _bench.Draw("nowhere/plot.svg")).Message);
    }

    [Fact]
    public async Task Another_kind_of_file_is_wrong_usage() =>
        Assert.Equal(
            ExitCodes.WrongUsage, await CommandLineApp.RunAsync(["replay", "--model", "m", "--plot", "plot.png", "recording.csv"]));

    /// <summary>To a pixel.</summary>
    private static void AssertSpan((double X, double Width) expected, (double X, double Width) actual)
    {
        Assert.Equal(expected.X, actual.X, 1.0);
        Assert.Equal(expected.Width, actual.Width, 1.0);
    }

    [GeneratedRegex("<script")]
    private static partial Regex ScriptTag();

    [GeneratedRegex(@"https?://[^""]+")]
    private static partial Regex Address();
}
