using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Tests.Outbox;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>A clock that is set, back or forward, neither drops an event nor keeps one for ever.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    [Theory]
    [InlineData(-1)]
    [InlineData(3650)]
    public void A_step_of_the_clock_does_not_change_the_age_of_what_is_owed(int days)
    {
        var clock = new SteppedClock();
        using var bench = new OutboxBench(o => (o.Keep, o.GroupCommit) = (Keep, TimeSpan.FromHours(1)), clock);
        bench.Append("a-1", createdTicks: bench.Outbox.Clock.Ticks);
        Some.Until(() => bench.Counters.Stored == 1, "the commit");
        clock.Step(TimeSpan.FromDays(days));
        clock.Advance(TimeSpan.FromDays(6.9));
        bench.Outbox.SetLink(true);
        bench.Outbox.Return(bench.Take());
        Assert.Equal(0, bench.Counters.Dropped);

        clock.Advance(TimeSpan.FromDays(0.2));
        bench.Outbox.SetLink(false);
        Thread.Sleep(30);
        while (bench.Outbox.Owed.TryRead(out var waiting)) bench.Outbox.Return(waiting);
        bench.Outbox.SetLink(true);

        Some.Until(() => bench.Counters.DroppedExpired == 1, "its time is over by the monotonic clock");
    }

    [Theory]
    [InlineData(1970)]
    [InlineData(2100)]
    public void What_an_earlier_run_with_a_wrong_clock_left_is_kept_for_its_time_and_no_longer(int year)
    {
        var clock = new SteppedClock();
        using var bench = new OutboxBench(o => (o.Keep, o.GroupCommit) = (Keep, TimeSpan.FromHours(1)), clock);
        bench.Append("a-1", createdTicks: new DateTime(year, 6, 1).Ticks);
        Some.Until(() => bench.Counters.Stored == 1, "the commit");
        bench.Reopen();
        clock.Advance(TimeSpan.FromDays(6.9));
        bench.Outbox.SetLink(true);
        bench.Outbox.Return(bench.Take());
        Thread.Sleep(30);
        while (bench.Outbox.Owed.TryRead(out var waiting)) bench.Outbox.Return(waiting);
        Assert.Equal(0, bench.Counters.Dropped);
        bench.Outbox.SetLink(false);
        Thread.Sleep(30);
        while (bench.Outbox.Owed.TryRead(out var waiting)) bench.Outbox.Return(waiting);
        clock.Advance(TimeSpan.FromDays(0.2));
        bench.Outbox.SetLink(true);
        Some.Until(() => bench.Counters.DroppedExpired == 1, "its time is over");
    }

    [Fact]
    public void What_is_really_old_is_given_up_after_a_restart()
    {
        var clock = new SteppedClock();
        using var bench = new OutboxBench(o => (o.Keep, o.GroupCommit) = (Keep, TimeSpan.FromHours(1)), clock);
        bench.Append("a-1", createdTicks: clock.GetUtcNow().AddDays(-6.9).UtcTicks);
        Some.Until(() => bench.Counters.Stored == 1, "the commit");
        bench.Reopen(() => clock.Advance(TimeSpan.FromDays(0.2)));
        Some.Until(() => bench.Counters.DroppedExpired == 1, "its time is over");
    }

    [Theory]
    [InlineData(true, "\"clock\":\"synced\"")]
    [InlineData(false, "\"clock\":\"unsynced\"")]
    [InlineData(null, null)]
    public void Events_timed_by_this_machine_say_whether_its_clock_is_set(bool? isSynced, string? expected)
    {
        var text = System.Text.Encoding.UTF8.GetString(new CloudEventEncoder(new AgentIdentity("s", "a")).Encode(Some.Anomaly(), isSynced));
        if (expected is null) Assert.DoesNotContain("\"clock\"", text);
        else Assert.Contains(expected, text);
    }

    [Fact]
    public void What_was_stamped_before_the_clock_was_set_is_sent_with_the_right_times_and_the_same_id()
    {
        var wall = new SteppedClock();
        var clock = new SteadyClock(wall);
        wall.Advance(TimeSpan.FromMinutes(1));
        var earlier = wall.GetUtcNow().AddDays(-1).UtcTicks;
        var anomaly = Some.Anomaly(a => a with
        {
            TimeTicks = wall.GetUtcNow().UtcTicks, StartedTicks = wall.GetUtcNow().UtcTicks, PeakTicks = wall.GetUtcNow().UtcTicks,
            Device = "time", Calibration = new CalibrationNote(CalibrationState.Steady, 9, earlier),
        });
        var payload = new CloudEventEncoder(new AgentIdentity("s", "a")).Encode(anomaly, isClockSynced: false).ToArray();
        var entry = new OutboxEntry(anomaly.Id, "t", payload, anomaly.Severity, clock.Ticks) { StampOffsetTicks = clock.OffsetTicks };

        wall.Advance(TimeSpan.FromHours(1));
        Assert.Same(payload, Restamp.Payload(entry.Payload, entry.StampOffsetTicks, entry.CreatedTicks, clock, () => false));
        wall.Step(TimeSpan.FromDays(366));

        var moved = Some.Anomaly(a => anomaly with
        {
            TimeTicks = anomaly.TimeTicks + TimeSpan.TicksPerDay * 366, StartedTicks = anomaly.StartedTicks + TimeSpan.TicksPerDay * 366,
            PeakTicks = anomaly.PeakTicks + TimeSpan.TicksPerDay * 366,
        });
        var right = System.Text.Encoding.UTF8.GetString(new CloudEventEncoder(new AgentIdentity("s", "a"))
            .Encode(moved, isClockSynced: false)).Replace("\"unsynced\"", "\"restamped\"", StringComparison.Ordinal);
        Assert.Equal(right, System.Text.Encoding.UTF8.GetString(
            Restamp.Payload(entry.Payload, entry.StampOffsetTicks, entry.CreatedTicks, clock, () => true)));
        Assert.Same(payload, entry.Payload);
    }

    [Fact]
    public void What_is_sent_twice_is_the_same_both_times_though_the_clock_is_slewed_between()
    {
        var wall = new SteppedClock();
        var clock = new SteadyClock(wall);
        wall.Step(TimeSpan.FromDays(366));
        var first = clock.OffsetTicks;
        wall.Step(TimeSpan.FromMicroseconds(30));
        Assert.Equal(first, clock.OffsetTicks);
        wall.Step(TimeSpan.FromSeconds(-5));
        Assert.Equal(first - TimeSpan.FromSeconds(5).Ticks + TimeSpan.FromMicroseconds(30).Ticks, clock.OffsetTicks);
    }

    [Fact]
    public void What_an_earlier_run_stamped_is_sent_as_it_is()
    {
        var wall = new SteppedClock();
        var clock = new SteadyClock(wall);
        wall.Step(TimeSpan.FromDays(366));
        var entry = Some.Entry("a-1");
        Assert.Same(entry.Payload, Restamp.Payload(entry.Payload, entry.StampOffsetTicks, entry.CreatedTicks, clock, () => true));
    }

    [Fact]
    public void The_kernel_can_be_asked_and_its_answer_is_that_of_its_own_tool()
    {
        // adjtimex(8) and chronyc are not everywhere; the answer must at least be the same twice and cost no exception.
        Assert.Equal(ClockState.IsSynced(), ClockState.IsSynced());
    }
}
