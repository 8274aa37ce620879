using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public sealed class GpioAlarmsTests
{
    [Fact]
    public void A_line_that_cannot_be_had_is_told_once_and_costs_nothing_else()
    {
        var log = new LogLines();
        var gpio = new GpioOptions { Chip = 250, Line = 3 };
        using var alarms = new GpioAlarms([new RuleOptions { Gpio = gpio }, new RuleOptions { Gpio = gpio }, new RuleOptions()], log);
        alarms.Raise("anomaly", gpio);
        alarms.Clear("anomaly");
        Assert.Contains("GPIO chip 250 line 3 cannot be used", Assert.Single(log.Lines));
    }

    [Fact]
    public void An_event_that_a_rule_with_a_line_decided_raises_it_until_it_closes()
    {
        using var bench = new LaneBench(rules: [new RuleOptions { When = "a > 5", Severity = Severity.Critical, Gpio = new GpioOptions { Line = 17 } }]);
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
        using var bench = new LaneBench(rules: [new RuleOptions { When = "a > 5", Severity = Severity.Info, Gpio = new GpioOptions { Line = 17 } }]);
        bench.Send(2, 3, 6);
        Assert.Equal("Opened", bench.Kinds);
        Assert.Equal($"raise 17 {bench.Events[0].AnomalyId}", Assert.Single(bench.Alarms));
    }
}
