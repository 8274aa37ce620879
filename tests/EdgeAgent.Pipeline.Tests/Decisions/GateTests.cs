using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public sealed class GateTests
{
    [Fact]
    public void What_comes_while_a_detectors_gate_is_closed_is_filtered_and_not_judged()
    {
        using var bench = new LaneBench(d => d.Gate = "running");
        bench.Send(0);
        bench.Gate.IsOpen = false;
        bench.Send(5, 5, 5);
        Assert.Empty(bench.Events);
        Assert.Equal([0f], bench.Scores);
        Assert.Equal((3, 3), (bench.Lane.Counters.FilteredGate, bench.Lane.Counters.Filtered));
        Assert.Equal(bench.Lane.Counters.Received, bench.Lane.Counters.Windowed + bench.Lane.Counters.Filtered);
    }

    [Fact]
    public void A_gate_that_closes_ends_the_open_event_and_says_why_once()
    {
        using var bench = new LaneBench(d => d.Gate = "running");
        bench.Send(2);
        bench.Gate.IsOpen = false;
        bench.Send(2, 2);
        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.Equal("gate", bench.Events[^1].ClosedBecause);
        Assert.Equal($"clear {bench.Events[0].AnomalyId}", Assert.Single(bench.Alarms));
    }

    [Fact]
    public void Readings_that_wait_in_the_batch_when_the_gate_closes_are_judged_first()
    {
        using var bench = new LaneBench(d => d.Gate = "running") { BatchSize = 4 };
        bench.SendJson("{\"ts\": 1767225600, \"values\": {\"a\": 0}}").SendJson("{\"ts\": 1767225601, \"values\": {\"a\": 0}}").Flush();
        bench.SendJson("{\"ts\": 1767225602, \"values\": {\"a\": 2}}").Flush();
        bench.Gate.IsOpen = false;
        bench.SendJson("{\"ts\": 1767225603, \"values\": {\"a\": 9}}").Flush();
        Assert.Equal("Opened Closed", bench.Kinds);
        Assert.Equal(2, bench.Events[^1].Peak);
    }

    [Fact]
    public void Behind_a_gate_that_opens_again_the_device_is_judged_as_it_was_calibrated()
    {
        using var bench = new LaneBench(d => d.Gate = "running");
        bench.Send(0);
        bench.Gate.IsOpen = false;
        bench.Send(7);
        bench.Gate.IsOpen = true;
        bench.Send(2);
        Assert.Equal("Opened", bench.Kinds);
        Assert.Equal(2, Assert.Single(bench.Events).Score);
    }

    [Fact]
    public void A_rule_holds_only_while_its_gate_is_open_and_the_score_goes_on_being_judged()
    {
        using var bench = new LaneBench(d => d.Critical = 100,
            rules: [new RuleOptions { When = "a > 0.5", Gate = "running", Gpio = new GpioOptions { Line = LineChoice.At(17) } }]);
        bench.Gate.IsOpen = false;
        bench.Send(0.7f);
        Assert.Empty(bench.Events);
        bench.Gate.IsOpen = true;
        bench.Send(0.7f);
        Assert.Equal("a > 0.5", Assert.Single(bench.Events).Rule);
        Assert.StartsWith("raise 17", Assert.Single(bench.Alarms), StringComparison.Ordinal);
    }
}
