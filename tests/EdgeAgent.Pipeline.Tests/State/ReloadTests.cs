using System.Text.Json;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>
/// A lane goes on with other detectors and rules: what is the same in kind goes on with them, what is not ends in good order.
/// </summary>
public class ReloadTests
{
    private readonly Random _random = new(11);
    private int _second;

    [Fact]
    public void Another_threshold_of_a_rule_changes_nothing_that_the_rule_does_not_decide()
    {
        var values = Enumerable.Range(0, 300).Select(i => _random.NextDouble() + (i is > 100 and < 200 ? 8 : 0)).ToArray();
        var expected = Judged(values, _ => { });
        var threshold = 30;
        var reloaded = Judged(values, bench => bench.Reload(o => o.Rules[0] = o.Rules[0] with { When = $"a > {++threshold}" }));

        Assert.Contains(expected.Events, e => e.Contains("anomaly.closed", StringComparison.Ordinal));
        Assert.Equal(expected.Events, reloaded.Events);
        Assert.Equal(expected.Scores, reloaded.Scores);
    }

    [Fact]
    public void A_rule_decides_by_its_new_threshold_from_the_next_reading_on()
    {
        using var bench = Taught();
        bench.Reload(o => o.Rules[0] = o.Rules[0] with { When = "a > 2" });
        Send(bench, 3, 4);

        Assert.Equal("high", Data(bench.Events[0]).GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void An_open_anomaly_outlives_another_smoothing(int smooth)
    {
        using var bench = Taught();
        Send(bench, 9, 8);
        Assert.Single(bench.Events);
        bench.Reload(o => o.Detectors[0] = o.Detectors[0] with { Smooth = smooth });
        Send(bench, 0.5, 30);

        AssertClosedAsOpened(bench);
    }

    [Theory]
    [InlineData(Ending.Kill, 1)]
    [InlineData(Ending.Kill, 7)]
    [InlineData(Ending.StopAndPowerOff, 3)]
    public void An_open_anomaly_outlives_another_smoothing_that_comes_with_a_restart(Ending ending, int smooth)
    {
        using var bench = Taught();
        Send(bench, 9, 8);
        bench.Options.Detectors[0] = bench.Options.Detectors[0] with { Smooth = smooth };
        bench.Restart(ending);
        Send(bench, 0.5, 30);
        AssertClosedAsOpened(bench);

        // What was moved to a slot of another size is kept from there on.
        bench.Restart(Ending.Kill);
        Send(bench, 9, 8);
        Assert.Equal("io.edgeagent.anomaly.opened", Json(bench.Events[^1]).GetProperty("type").GetString());
    }

    [Fact]
    public void An_anomaly_under_a_model_that_is_replaced_is_closed_and_the_calibration_stays()
    {
        using var bench = Taught();
        Send(bench, 9, 8);
        using var next = bench.NextVersion();
        bench.Reload(_ => { }, model: next);

        AssertClosedAsOpened(bench, "replaced");
        Assert.Contains(bench.Log.Lines, l => l.Contains("pump-1 keeps its calibration for health", StringComparison.Ordinal));
        Send(bench, 9, 8);
        Assert.Equal("2.0.0", Data(bench.Events[^1]).GetProperty("modelVersion").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void A_calibration_outlives_two_changes_of_the_model_without_a_reading_between(Ending? ending)
    {
        using var bench = Taught();
        using var next = bench.NextVersion();
        bench.Reload(_ => { }, model: next);
        if (ending is { } how) bench.Restart(how);
        else bench.Reload(_ => { });

        Send(bench, 0.5, 10);
        Send(bench, 9, 8);
        Assert.Single(bench.Events);
        Assert.DoesNotContain(bench.Log.Lines, l => l.Contains("calibrates anew", StringComparison.Ordinal));
    }

    [Fact]
    public void Last_batches_of_a_device_that_is_gone_are_counted_and_bring_it_back_to_nobody()
    {
        using var bench = Taught();
        var device = bench.Device("pump-1");
        bench.Reload(_ => { }, isGone: _ => true);
        var before = bench.Lanes[0].Counters.FilteredNoDetector;
        bench.Lanes[0].Take(Some.Batch(3, device));

        Assert.Equal(before + 3, bench.Lanes[0].Counters.FilteredNoDetector);
        Assert.Empty(bench.Lanes[0].Tracks);
    }

    [Fact]
    public void An_anomaly_of_a_detector_that_is_removed_is_closed_and_the_detector_goes_on_when_it_comes_back()
    {
        using var bench = Taught();
        Send(bench, 9, 8);
        var detector = bench.Options.Detectors[0];
        bench.Reload(o => o.Detectors.Clear());
        AssertClosedAsOpened(bench, "removed");
        Send(bench, 9, 20);
        Assert.Equal(2, bench.Events.Count);

        bench.Reload(o => o.Detectors.Add(detector));
        Send(bench, 9, 8);
        Assert.Equal("io.edgeagent.anomaly.opened", Json(bench.Events[^1]).GetProperty("type").GetString());
        Assert.Single(bench.Log.Lines, l => l.Contains("calibrated for health", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_is_gone_has_its_anomaly_closed_and_goes_on_when_it_is_heard_of_again()
    {
        using var bench = Taught();
        Send(bench, 9, 8);
        bench.Reload(_ => { }, isGone: device => device.Name == "pump-1");
        AssertClosedAsOpened(bench, "removed");
        Assert.Empty(bench.Lanes[0].Tracks);

        // Another source brings a device of that name.
        bench.Restart(Ending.Kill);
        Send(bench, 9, 8);
        Assert.Equal("io.edgeagent.anomaly.opened", Json(bench.Events[^1]).GetProperty("type").GetString());
        Assert.Equal(1, bench.Lanes[0].Detectors.Single().Counters.Open);
    }

    [Fact]
    public void A_detector_that_is_added_learns_the_devices_that_are_there()
    {
        using var bench = Taught();
        bench.Reload(o => o.Detectors.Add(o.Detectors[0] with { Name = "second" }));
        Send(bench, 0.5, 40);
        Send(bench, 9, 8);

        Assert.Equal(["health", "second"], bench.Events.Select(e => Data(e).GetProperty("detector").GetString()).Order());
    }

    [Fact]
    public void Reloads_do_not_grow_what_is_kept()
    {
        using var bench = Taught();
        var before = new FileInfo(bench.DevicesFile).Length;
        for (var i = 0; i < 1000; i++)
            bench.Reload(o => o.Detectors[0] = o.Detectors[0] with { Smooth = 2 + i % 5 });
        Send(bench, 9, 8);

        Assert.Equal(before, new FileInfo(bench.DevicesFile).Length);
        Assert.Single(bench.State.Files[0].Slots());
        Assert.Single(bench.Events);
    }

    /// <summary>A device that has calibrated and is judged.</summary>
    private StateBench Taught()
    {
        var bench = new StateBench();
        for (var i = 0; i < 60; i++)
            Send(bench, _random.NextDouble(), 1);
        Assert.Empty(bench.Events);
        return bench;
    }

    private void Send(StateBench bench, double value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            bench.Send("pump-1", _second++, value);
            bench.Flush();
        }
    }

    /// <summary>What comes of values, with something done before each tenth.</summary>
    private static (List<string> Events, List<string> Scores) Judged(double[] values, Action<StateBench> now)
    {
        using var bench = new StateBench();
        for (var i = 0; i < values.Length; i++)
        {
            if (i % 10 == 9) now(bench);
            bench.Send("pump-1", i, values[i]);
            bench.Flush();
        }
        return (bench.Events, bench.Scores);
    }

    private static void AssertClosedAsOpened(StateBench bench, string? because = null)
    {
        var (opened, closed) = (Json(bench.Events[0]), Json(bench.Events[^1]));
        Assert.Equal("io.edgeagent.anomaly.opened", opened.GetProperty("type").GetString());
        Assert.Equal("io.edgeagent.anomaly.closed", closed.GetProperty("type").GetString());
        Assert.Equal(opened.GetProperty("anomalyid").GetString(), closed.GetProperty("anomalyid").GetString());
        Assert.Equal(because, closed.GetProperty("data").TryGetProperty("closedBecause", out var reason) ? reason.GetString() : null);
    }

    private static JsonElement Json(string cloudEvent) => JsonDocument.Parse(cloudEvent).RootElement;

    private static JsonElement Data(string cloudEvent) => Json(cloudEvent).GetProperty("data");
}
