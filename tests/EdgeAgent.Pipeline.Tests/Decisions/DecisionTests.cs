using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public class DecisionTests
{
    [Fact]
    public void Values_expected_and_calibration_of_the_peak_belong_together_though_the_device_learned_anew_since()
    {
        using var bench = new LaneBench();
        bench.Send(4);
        var track = Some.Track(bench.Device("pump-7")).Detectors[0];
        var then = track.CalibrationNote;
        bench.Lane.ResetCalibration(track);
        bench.Send(100, 100, 100);

        Assert.Equal([EventKind.Opened, EventKind.Closed], bench.Events.Select(e => e.Kind));
        Assert.NotEqual(then, track.CalibrationNote);
        Assert.All(bench.Events, e => Assert.Equal((4f, 0f, then), (e.Channels[0].Value, e.Channels[0].Expected, e.Calibration!.Value)));
    }

    [Fact]
    public void An_event_opens_at_the_threshold_and_closes_below_it()
    {
        using var bench = new LaneBench();
        bench.Send(0.99f, 1, 3, 2, 0.5f, 0);

        Assert.Equal("Opened Closed", bench.Kinds);
        var (opened, closed) = (bench.Events[0], bench.Events[1]);
        Assert.Equal((1f, 1f, opened.TimeTicks), (opened.Score, opened.Peak, opened.StartedTicks));
        Assert.Equal((0.5f, 3f), (closed.Score, closed.Peak));
        Assert.Equal(opened.AnomalyId, closed.AnomalyId);
        Assert.Equal([$"{opened.AnomalyId}-1", $"{opened.AnomalyId}-2"], bench.Events.Select(e => e.Id));
        Assert.Equal(opened.StartedTicks + TimeSpan.FromSeconds(2).Ticks, closed.EndedTicks);
        Assert.Equal(opened.StartedTicks + TimeSpan.FromSeconds(1).Ticks, closed.PeakTicks);
        Assert.Equal([3f], closed.Features);
        Assert.Equal([new ChannelCause("a", "V", 3, 0, 1)], closed.Channels);
    }

    [Fact]
    public void An_event_that_becomes_critical_is_reported_anew_once()
    {
        using var bench = new LaneBench(d => d.Critical = 3);
        bench.Send(1, 2.9f, 3, 5, 1, 4, 0);

        Assert.Equal("Opened Updated Closed", bench.Kinds);
        Assert.Equal([Severity.Warning, Severity.Critical, Severity.Critical], bench.Events.Select(e => e.Severity));
        Assert.Equal(3, bench.Events[1].Score);
    }

    [Fact]
    public void A_bundle_may_say_what_is_critical()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a") with { Decision = new ManifestDecision { Critical = 2 } });
        bench.Send(2, 0, 1, 0);

        Assert.Equal("Opened Closed Opened Closed", bench.Kinds);
        Assert.Equal([Severity.Critical, Severity.Critical, Severity.Warning, Severity.Warning], bench.Events.Select(e => e.Severity));
    }

    [Fact]
    public void It_takes_on_after_judgements_in_a_row_to_open()
    {
        using var bench = new LaneBench(d => d.OnAfter = 3);
        bench.Send(2, 2, 0, 2, 2, 2, 0);
        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.Equal(TimeSpan.FromSeconds(2).Ticks, bench.Events[0].TimeTicks - bench.Events[0].StartedTicks);
    }

    [Fact]
    public void It_takes_off_after_judgements_in_a_row_to_close()
    {
        using var bench = new LaneBench(d => d.OffAfter = 3);
        bench.Send(2, 0, 0, 2, 0, 0);
        Assert.Equal("Opened", bench.Kinds);
        bench.Send(0);
        Assert.Equal("Opened Closed", bench.Kinds);
    }

    [Fact]
    public void Between_clear_and_threshold_an_event_neither_ends_nor_begins()
    {
        using var bench = new LaneBench(d => (d.Clear, d.OffAfter) = (0.5f, 2));
        bench.Send(0.9f, 0.9f);
        Assert.Equal("", bench.Kinds);
        bench.Send(1.1f, 0.9f, 0.9f, 0.9f, 0.4f, 0.6f, 0.4f);
        Assert.Equal("Opened", bench.Kinds);
        bench.Send(0.4f);
        Assert.Equal("Opened Closed", bench.Kinds);
    }

    [Fact]
    public void It_takes_the_minimum_duration_to_open()
    {
        using var bench = new LaneBench(d => d.MinDuration = TimeSpan.FromSeconds(3));
        bench.Send(2, 2, 2, 0);
        Assert.Equal("", bench.Kinds);
        bench.Send(2, 2, 2, 2);
        Assert.Equal("Opened", bench.Kinds);
    }

    [Fact]
    public void Smoothing_judges_by_the_mean_of_the_last_scores()
    {
        using var bench = new LaneBench(d => d.Smooth = 3);
        bench.Send(3, 0, 0, 0, 6);
        Assert.Equal([3, 1.5f, 1, 0, 2], bench.Scores);
    }

    [Fact]
    public void An_open_event_is_updated_when_its_time_has_come()
    {
        using var bench = new LaneBench(d => d.UpdateEvery = TimeSpan.FromSeconds(3));
        bench.Send(2, 2, 2, 5, 2, 2, 2);
        Assert.Equal("Opened Updated Updated", bench.Kinds);
        Assert.Equal(5, bench.Events[1].Peak);
        Assert.Empty(bench.Events[1].Features);
        Assert.Equal([1, 2, 3], bench.Events.Select(e => int.Parse(e.Id.Split('-')[1])));
    }

    [Fact]
    public void A_rule_opens_an_event_of_its_severity_and_a_worse_one_raises_it()
    {
        using var bench = new LaneBench(
            rules:
            [
                new RuleOptions { When = "a > 0.3", Severity = Severity.Warning, Name = "warm" },
                new RuleOptions { When = "a > 0.6 && score > 0.6", Severity = Severity.Critical },
                new RuleOptions { When = "a > 0.1", Severity = Severity.Critical, Detector = "another" },
            ]);
        bench.Send(0.2f, 0.4f, 0.5f, 0.7f, 0.4f, 0);

        Assert.Equal("Opened Updated Closed", bench.Kinds);
        Assert.Equal([Severity.Warning, Severity.Critical, Severity.Critical], bench.Events.Select(e => e.Severity));
        Assert.Equal(["warm", "a > 0.6 && score > 0.6", "a > 0.6 && score > 0.6"], bench.Events.Select(e => e.Rule));
    }

    [Fact]
    public void Every_window_may_be_forwarded_beside_the_events()
    {
        using var bench = new LaneBench(d => d.Forward = ForwardMode.EveryWindow);
        bench.Send(0.5f, 2);
        Assert.Equal("Scored Scored Opened", bench.Kinds);
        Assert.Equal(3, bench.Events.Select(e => e.Id).Distinct().Count());
        Assert.StartsWith("s", bench.Events[0].Id);
    }

    [Fact]
    public void Shares_add_to_1_and_follow_the_channels()
    {
        using var bench = new LaneBench(manifest: TinyBundle.Sum("a", "b", "c"));
        foreach (var values in new[] { "0,0,0", "0,0,0", "1,3,0" })
        {
            var v = values.Split(',');
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{v[0]}}}, "b": {{{v[1]}}}, "c": {{{v[2]}}}}}""");
        }
        Assert.Equal([0.25f, 0.75f, 0f], Assert.Single(bench.Events).Channels.Select(c => c.Share));
    }

    [Fact]
    public void A_channel_in_its_usual_state_has_no_share_though_its_input_is_not_zero()
    {
        var manifest = TinyBundle.Sum("a", "b");
        manifest.Input.Usual = [0, 2];
        using var bench = new LaneBench(manifest: manifest);
        foreach (var (a, b) in new[] { (0, 0), (0, 0), (3, 2) })
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{a}}}, "b": {{{b}}}}}""");

        Assert.Equal([1f, 0f], Assert.Single(bench.Events).Channels.Select(c => c.Share));
    }

    [Fact]
    public void A_reconstruction_is_judged_and_explained_by_its_error()
    {
        var manifest = TinyBundle.Sum("a", "b") with
        {
            Window = new ManifestWindow { Length = 2 },
            Input = new ManifestInput(),
            Output = new ManifestOutput { Kind = "reconstruction", One = 1 },
        };
        using var bench = new LaneBench(manifest: manifest, model: TinyOnnx.Scale(0.5f, 2, 2));
        foreach (var (a, b) in new[] { (0, 0), (0, 0), (0, 0), (4, 2) })
            bench.SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{a}}}, "b": {{{b}}}}}""");

        var opened = Assert.Single(bench.Events);
        Assert.Equal(1.25f, opened.Score); // (2² + 1²) / 4
        Assert.Equal([0.8f, 0.2f], opened.Channels.Select(c => c.Share));
        Assert.Equal([2f, 1f], opened.Channels.Select(c => c.Expected));
    }

    [Fact]
    public void Ids_are_the_same_in_every_run()
    {
        using var one = new LaneBench();
        using var other = new LaneBench();
        Assert.Equal(one.Send(2, 0).Events.Select(e => e.Id), other.Send(2, 0).Events.Select(e => e.Id));
        Assert.Equal(32, one.Events[0].AnomalyId.Length);
    }

    [Fact]
    public void Anomalies_of_one_time_have_ids_of_their_own()
    {
        using var bench = new LaneBench();
        bench.Send(0);
        var ts = bench.Ts();
        foreach (var value in new[] { 3, 0, 4, 0, 5, 0 })
            bench.SendJson($"{{\"ts\": {ts}, \"values\": {{\"a\": {value}}}}}");
        bench.Flush();

        Assert.Equal("Opened Closed Opened Closed Opened Closed", bench.Kinds);
        Assert.Equal(3, bench.Events.Select(e => e.AnomalyId).Distinct().Count());
        Assert.All(bench.Events.Where(e => e.EndedTicks is not null), e => Assert.True(e.EndedTicks >= e.StartedTicks));
    }

    [Fact]
    public void Scored_windows_of_one_time_have_ids_of_their_own()
    {
        using var bench = new LaneBench(d => d.Forward = ForwardMode.EveryWindow);
        bench.Send(0, 0);
        for (var i = 0; i < 3; i++)
            bench.SendJson($"{{\"ts\": 1767226000, \"values\": {{\"a\": 0.{i}}}}}");
        Assert.Equal(5, bench.Events.Count);
        Assert.Equal(5, bench.Events.Select(e => e.Id).Distinct().Count());
    }
}
