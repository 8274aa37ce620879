using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>What the agent says is wrong with sources, devices and models, in its own words.</summary>
public class TroubleTests
{
    private static readonly DateTimeOffset Now = Some.Start.AddMinutes(10);

    [Fact]
    public void A_source_of_texts_is_told_with_count_reason_example_and_remedy()
    {
        var source = new FakeSource();
        for (var i = 0; i < 240; i++) source.Refuse(DecodeFailure.OnlyTexts, """{"v":"23,4"}""", Now.AddSeconds(-100));
        source.Intake.Took(Now.UtcTicks);

        var trouble = Assert.Single(SourceTroubles.Find(source, Now));

        Assert.Equal("source pumps: 240 of 241 messages in the last 2 min cannot be used: only_texts (its values below \"values\" are "
            + "texts, not numbers); last: plant/p1/telemetry {\"v\":\"23,4\"}", trouble.Text);
        Assert.Contains("decimal_comma", trouble.Remedy);
    }

    [Fact]
    public void Of_several_reasons_each_is_told_with_its_number()
    {
        var source = new FakeSource();
        foreach (var (reason, count) in new[] { (DecodeFailure.BadTime, 40), (DecodeFailure.BadJson, 80), (DecodeFailure.NoDevice, 30),
            (DecodeFailure.NotAnObject, 20), (DecodeFailure.UnknownFormat, 10) })
            for (var i = 0; i < count; i++) source.Refuse(reason, "{", Now);
        var text = Assert.Single(SourceTroubles.Find(source, Now)).Text;
        Assert.Contains("180 of 180 messages", text);
        Assert.Contains("cannot be used: most often bad_json (80: ", text);
        Assert.Contains($"), also {DecodeFailure.BadTime.Word()} (40), {DecodeFailure.NoDevice.Word()} (30), "
            + $"{DecodeFailure.NotAnObject.Word()} (20) and 1 more reasons; last: ", text);
    }

    [Fact]
    public void One_device_of_many_that_sends_only_what_cannot_be_used_is_told_and_forgotten_when_it_is_well()
    {
        var (source, watched) = (new FakeSource(), new Device("p1", "pumps", 0));
        for (var i = 0; i < 300; i++) source.Intake.Took(Now.AddSeconds(-60).UtcTicks);
        for (var i = 0; i < 29; i++) RefuseText(watched, Now.AddSeconds(i - 60));
        Assert.Empty(SourceTroubles.Find(source, Now));
        RefuseText(watched, Now);
        var trouble = Assert.Single(SourceTroubles.Find(source, Now));
        Assert.Equal("source pumps: 1 device sends only what cannot be used, and nobody judges it: p1 for 60 s (only_texts); last: "
            + "plant/p1/telemetry {\"v\":\"error\"}", trouble.Text);

        // Of slow ones three are enough, after ten minutes.
        var slow = new Device("p2", "pumps", 0);
        for (var minute = -12; minute < 0; minute += 5)
            source.Intake.Devices.Refused(slow, DecodeFailure.OnlyTexts, Now.AddMinutes(minute).UtcTicks);
        Assert.Contains("2 devices send only what cannot be used, and nobody judges them: p1 for 60 s (only_texts), p2 for 12 min",
            Assert.Single(SourceTroubles.Find(source, Now)).Text);
        source.Intake.Devices.Forget(watched);
        source.Intake.Devices.Forget(slow);
        Assert.Empty(SourceTroubles.Find(source, Now));

        void RefuseText(Device device, DateTimeOffset at)
        {
            source.Refuse(DecodeFailure.OnlyTexts, """{"v":"error"}""", at);
            source.Intake.Devices.Refused(device, DecodeFailure.OnlyTexts, at.UtcTicks);
        }
    }

    [Theory]
    [InlineData("{'v': 1}", "which looks like JSON with single quotes", "as its standard says")]
    [InlineData("\u001f\u008b\u0000", "which is binary", "set decode")]
    [InlineData("a v=1", "which looks like line protocol", "set decode = \"influx\"")]
    [InlineData("<v>1</v>", "which looks like XML", "docs/messages.md")]
    [InlineData("23.4", "which is a bare number", "set decode = \"scalar\"")]
    public void What_a_payload_looks_like_is_said_and_decides_the_remedy(string payload, string form, string remedy)
    {
        var source = new FakeSource();
        for (var i = 0; i < 10; i++) source.Refuse(DecodeFailure.BadJson, payload, Now);
        var trouble = Assert.Single(SourceTroubles.Find(source, Now));
        Assert.Contains(form, trouble.Text);
        Assert.Contains(remedy, trouble.ToString());
    }

    [Theory]
    [InlineData(nameof(DecodeFailure.OnlyTexts), "23,4", "decimal_comma")]
    [InlineData(nameof(DecodeFailure.UnknownFormat), "23,4", "set decimal_comma = true")]
    [InlineData(nameof(DecodeFailure.BadTime), "{'ts': 1}", "set time to where it is")]
    [InlineData(nameof(DecodeFailure.BadLine), "{'a': 1}", "have the sender write line protocol")]
    public void A_payload_in_the_right_format_has_the_remedy_of_its_reason(string reason, string payload, string remedy)
    {
        var source = new FakeSource();
        for (var i = 0; i < 10; i++) source.Refuse(Enum.Parse<DecodeFailure>(reason), payload, Now);
        Assert.Contains(remedy, Assert.Single(SourceTroubles.Find(source, Now)).Remedy);
    }

    [Theory]
    [InlineData(nameof(DecodeFailure.NoChannels), "a161766161", "narrow the topics")]
    [InlineData(nameof(DecodeFailure.BadJson), "a161760a", "set decode = \"cbor\"")]
    [InlineData(nameof(DecodeFailure.BadCbor), "82a1760aa16b0b", "set decode = \"msgpack\"")]
    public void Of_bytes_the_format_is_the_remedy_only_where_they_were_read_as_another(string reason, string hex, string remedy)
    {
        var source = new FakeSource();
        for (var i = 0; i < 10; i++) source.Refuse(Enum.Parse<DecodeFailure>(reason), Convert.FromHexString(hex), Now);
        Assert.Contains(remedy, Assert.Single(SourceTroubles.Find(source, Now)).Remedy);
    }

    [Fact]
    public void A_connected_source_that_never_heard_anything_is_told_after_a_minute()
    {
        var source = new FakeSource();
        source.Counters.ChangedTicks = Now.AddSeconds(-59).UtcTicks;
        Assert.Empty(SourceTroubles.Find(source, Now));
        source.Counters.ChangedTicks = Now.AddSeconds(-120).UtcTicks;
        var trouble = Assert.Single(SourceTroubles.Find(source, Now));
        Assert.Equal("source pumps has been connected for 2 min, and nothing has come on plant/+/telemetry or b/#", trouble.Text);
        Assert.Contains("check the topics", trouble.Remedy);

        source.Heard.Note("plant/p1/telemetry"u8);
        Assert.Empty(SourceTroubles.Find(source, Now));
        Assert.Equal(["b/#"], source.Heard.Unmatched);
    }

    [Fact]
    public void A_source_that_used_to_bring_something_and_no_longer_does_is_told()
    {
        var source = new FakeSource();
        for (var second = 0; second < 1200; second++) source.Intake.Took(Now.AddSeconds(second - 1200).UtcTicks);
        Assert.Empty(SourceTroubles.Find(source, Now.AddSeconds(50)));
        var trouble = Assert.Single(SourceTroubles.Find(source, Now.AddMinutes(12)));
        Assert.Equal("nothing has come from source pumps for 12 min; before, something came every 1 s", trouble.Text);
        Assert.Contains("silent_after", trouble.Remedy);

        source.Options.SilentAfter = TimeSpan.FromHours(14);
        Assert.Empty(SourceTroubles.Find(source, Now.AddMinutes(12)));
        Assert.Single(SourceTroubles.Find(source, Now.AddHours(15)));
        source.Options.SilentAfter = TimeSpan.Zero;
        Assert.Empty(SourceTroubles.Find(source, Now.AddHours(15)));
    }

    [Fact]
    public void A_source_whose_broker_has_just_come_back_is_given_a_minute()
    {
        var source = new FakeSource();
        for (var second = 0; second < 1200; second++) source.Intake.Took(Now.AddSeconds(second - 1200).UtcTicks);
        source.Heard.Note("plant/p1/telemetry"u8);
        source.Counters.ChangedTicks = Now.AddMinutes(11.5).UtcTicks;
        Assert.Empty(SourceTroubles.Find(source, Now.AddMinutes(12)));
        Assert.Single(SourceTroubles.Find(source, Now.AddMinutes(13)));
    }

    [Fact]
    public void Times_that_are_all_hours_ahead_are_told_with_the_zone_as_a_remedy()
    {
        var source = new FakeSource();
        for (var second = 0; second < 120; second++)
            source.Intake.Offset.Note(Now.AddSeconds(second).UtcTicks, Now.AddSeconds(second + 7200).UtcTicks);
        var trouble = Assert.Single(SourceTroubles.Find(source, Now));
        Assert.Equal("source pumps: the times of its messages are all 2 h ahead of this machine's clock", trouble.Text);
        Assert.Contains("timezone", trouble.Remedy);
    }

    [Fact]
    public void Devices_that_are_silent_are_a_trouble_where_the_source_says_how_long_they_may_be()
    {
        var source = new FakeSource();
        var silent = new SilentDevice[]
        {
            new("d2", "pumps", Now.AddMinutes(-12).UtcTicks, TimeSpan.TicksPerSecond), new("x", "others", Now.AddMinutes(-12).UtcTicks, 1),
        };
        Assert.Empty(SourceTroubles.FindSilent([source], silent, Now));
        source.Options.SilentAfter = TimeSpan.FromMinutes(10);
        var trouble = Assert.Single(SourceTroubles.FindSilent([source], silent, Now));
        Assert.Equal("1 device of source pumps has sent nothing for longer than 10 min: d2 for 12 min", trouble.Text);
    }

    [Fact]
    public void A_source_without_a_connection_has_that_trouble_only()
    {
        var source = new FakeSource();
        source.Counters.IsConnected = false;
        source.Counters.ChangedTicks = Now.AddHours(-1).UtcTicks;
        for (var i = 0; i < 20; i++) source.Refuse(DecodeFailure.BadTime, "{}", Now);
        Assert.Empty(SourceTroubles.Find(source, Now));
    }

    [Fact]
    public void A_device_that_lacks_a_channel_is_told_after_thirty_messages_with_the_name_that_was_meant()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("flow", "temp"));
        Send(bench, "pump-7", """{"a":1,"floww":1,"temp":2}""", 30);
        Assert.Empty(DetectorTroubles.Find([bench.Lane]));
        Send(bench, "pump-7", """{"a":1,"floww":1,"temp":2}""", 1);
        Assert.Equal("1 device is not judged: pump-7 lacks flow (did you mean floww?); it sends a, floww, temp",
            Assert.Single(DetectorTroubles.Find([bench.Lane])).Text);
        Assert.NotEqual(MissingReason.LeavesChoice, bench.Lane.Unjudged.Named.Single().Reason);

        Send(bench, "pump-8", """{"a":1,"flow":1,"temp":2}""", 40);
        Assert.Single(DetectorTroubles.Find([bench.Lane]));
        Send(bench, "pump-7", """{"a":1,"flow":1,"temp":2}""", 1);
        Assert.Empty(DetectorTroubles.Find([bench.Lane]));
    }

    [Fact]
    public void A_device_whose_channels_come_apart_and_lack_one_is_told_though_another_device_is_judged()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("flow", "temp"));
        for (var i = 0; i < 40; i++)
            foreach (var (device, flow) in new[] { ("pump-7", "floww"), ("pump-8", "flow") })
            {
                bench.SendJson($$$"""{"ts": {{{1_767_225_600 + 10 * i}}}, "values": {"temp": 1}}""", device: device);
                bench.SendJson($$$"""{"ts": {{{1_767_225_600 + 10 * i}}}, "values": {"{{{flow}}}": 1}}""", device: device);
            }
        bench.Flush();
        Assert.Equal("1 device is not judged: pump-7 lacks flow (did you mean floww?); it sends temp, floww",
            Assert.Single(DetectorTroubles.Find([bench.Lane])).Text);
        Assert.Contains(bench.Log.Lines,
            l => l.Contains("health does not judge pump-7: it lacks flow (did you mean floww?)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_sends_a_channel_only_when_it_changes_is_told_so()
    {
        using var bench = new LaneBench(
            manifest: TinyBundle.Sum("flow", "temp") with { Window = new ManifestWindow { Length = 1, Hold = 5 } },
            source: s => s.Reading.Mode = ReadingMode.Message);
        Send(bench, "pump-7", """{"flow":1,"temp":2}""", 3);
        Send(bench, "pump-7", """{"temp":2}""", 40);
        var trouble = Assert.Single(DetectorTroubles.Find([bench.Lane]));
        Assert.Equal("1 device is not judged: pump-7 has not sent flow for more than 5 readings", trouble.Text);
        Assert.Contains("sampled", trouble.Remedy);
    }

    [Fact]
    public void A_slow_device_is_told_after_two_minutes()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("flow"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, bench.Lane.Unjudged.Count);
            Send(bench, "pump-7", """{"a":1}""", 1, Some.Start.AddMinutes(i).UtcTicks);
        }
        Assert.Equal(1, bench.Lane.Unjudged.Count);
    }

    [Fact]
    public void Of_many_devices_a_few_are_named_and_the_rest_counted()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("flow"));
        for (var d = 0; d < 100; d++) Send(bench, $"pump-{d}", """{"a":1}""", 30);
        Assert.Equal((100, 16), (bench.Lane.Unjudged.Count, bench.Lane.Unjudged.Named.Count));
        var trouble = Assert.Single(DetectorTroubles.Find([bench.Lane]));
        Assert.StartsWith("100 devices are not judged: pump-0 lacks flow; it sends a; pump-1 lacks flow", trouble.Text);
        Assert.EndsWith("; and 97 more", trouble.Text);
        for (var d = 0; d < 100; d++) Send(bench, $"pump-{d}", """{"a":1,"flow":1}""", 1);
        Assert.Equal((0, 0), (bench.Lane.Unjudged.Count, bench.Lane.Unjudged.Named.Count));
    }

    [Fact]
    public void A_device_at_a_closed_gate_or_one_that_calibrates_is_no_trouble()
    {
        using var bench = new LaneBench(d => d.Gate = "running", TinyBundle.Sum("a"));
        bench.Gate.IsOpen = false;
        Send(bench, "pump-7", """{"a":1}""", 40);
        Assert.Empty(DetectorTroubles.Find([bench.Lane]));

        using var slow = new LaneBench(
            manifest: TinyBundle.Sum("a") with { Calibration = new ManifestCalibration { Readings = 1000 } });
        Send(slow, "pump-7", """{"a":1}""", 40);
        Assert.Empty(DetectorTroubles.Find([slow.Lane]));
    }

    [Fact]
    public void A_device_that_leaves_a_choice_is_told_to_make_it()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("*"));
        Send(bench, "pump-7", """{"a":1,"b":2}""", 30);
        var trouble = Assert.Single(DetectorTroubles.Find([bench.Lane]));
        Assert.Contains("pump-7 sends a, b, and the model judges one channel of any name", trouble.Text);
        Assert.Equal(MissingReason.LeavesChoice, bench.Lane.Unjudged.Named.Single().Reason);
        Assert.Contains("channel = ", trouble.Remedy);
    }

    [Fact]
    public void A_model_without_a_number_is_told_counted_and_logged_once()
    {
        using var bench = new LaneBench(model: TinyOnnx.Linear([float.PositiveInfinity]));
        bench.Send(1, 2);
        Assert.Empty(DetectorTroubles.Find([bench.Lane]));
        for (var i = 0; i < 58; i++) bench.Send(0.5f);

        Assert.Contains("detector health: the output of model sum is not a number in 60 of its last 60 windows, which are not judged",
            DetectorTroubles.Find([bench.Lane]).Select(t => t.Text));
        Assert.Empty(bench.Scores);
        Assert.Equal(60, bench.Lane.Detectors.Sum(d => d.Counters.NotANumber));
        Assert.Single(bench.Log.Lines, l => l.Contains("not a number, first for detector health at pump-7"));
    }

    [Fact]
    public void What_came_late_or_twice_is_counted_by_source_and_told_once_a_minute_with_a_device()
    {
        using var bench = new LaneBench();
        var (time, log) = (Some.Clock(), new LogLines());
        var told = new FilteredLog([bench.Lane.Counters], time, log);
        bench.SendJson("""{"ts": 1000, "values": {"a": 0}}""");
        for (var i = 0; i < 3; i++) bench.SendJson("""{"ts": 999, "values": {"a": 0}}""");
        bench.SendJson("""{"ts": 1000, "values": {"a": 0}}""", redelivered: true);
        told.Tell();
        Assert.Empty(log.Lines);

        time.Advance(TimeSpan.FromMinutes(1));
        told.Tell();
        Assert.Equal(2, log.Lines.Count);
        Assert.True(log.Contains("source pumps: 3 messages came too late in the last minute") && log.Contains("pump-7 sent one of them"));
        Assert.True(log.Contains("1 messages came again"));
        time.Advance(TimeSpan.FromMinutes(1));
        told.Tell();
        Assert.Equal(2, log.Lines.Count);
        var filter = Assert.Single(bench.Lane.Counters.BySource);
        Assert.Equal(("pumps", 3, 1), (filter.Source, filter.Count(Detection.Lanes.FilterReason.Late),
            filter.Count(Detection.Lanes.FilterReason.Duplicate)));
    }

    private static void Send(LaneBench bench, string device, string values, int count, long arrivalTicks = 0)
    {
        for (var i = 0; i < count; i++)
            bench.SendJson($$"""{"ts": {{bench.Ts()}}, "values": {{values}}}""", device: device, arrivalTicks: arrivalTicks);
    }

    /// <summary>A connected source to which nothing happens but what a test does.</summary>
}
