using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public sealed class AlarmRuleTests
{
    [Fact]
    public void An_event_that_a_rule_with_a_line_decided_raises_it_until_it_closes()
    {
        using var bench = new LaneBench(
            rules: [new RuleOptions { When = "a > 5", Severity = Severity.Critical, Gpio = new GpioOptions { Line = LineChoice.At(17) } }]);
        bench.Send(2, 0);
        Assert.Equal($"clear {bench.Events[0].AnomalyId}", Assert.Single(bench.Alarms));
        bench.Alarms.Clear();
        bench.Send(2, 6, 0);
        var id = bench.Events[^1].AnomalyId;
        Assert.Equal([$"raise 17 {id}", $"clear {id}"], bench.Alarms);
    }

    [Fact]
    public void A_line_rises_with_its_rule_though_no_report_is_due()
    {
        using var bench = new LaneBench(
            rules: [new RuleOptions { When = "a > 5", Severity = Severity.Info, Gpio = new GpioOptions { Line = LineChoice.At(17) } }]);
        bench.Send(2, 3, 6);
        Assert.Equal("Opened", bench.Kinds);
        Assert.Equal($"raise 17 {bench.Events[0].AnomalyId}", Assert.Single(bench.Alarms));
    }
}
