using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Tests.Windows;

public class DeviceClockTests
{
    private static readonly long Now = Some.Start.Ticks;
    private readonly DeviceClock _clock = new();

    [Fact]
    public void Later_and_equal_times_are_in_order()
    {
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now, false));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now, false));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now + 1, true));
    }

    [Fact]
    public void What_the_broker_repeats_is_a_duplicate_unless_it_is_new()
    {
        _clock.Judge(Now, false);
        Assert.Equal(Arrival.Duplicate, _clock.Judge(Now, true));
        Assert.Equal(Arrival.Duplicate, _clock.Judge(Now - 1, true));
    }

    [Fact]
    public void An_older_reading_is_late_up_to_an_hour()
    {
        _clock.Judge(Now, false);
        Assert.Equal(Arrival.Late, _clock.Judge(Now - TimeSpan.FromHours(1).Ticks, false));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now, false));
    }

    [Fact]
    public void A_clock_set_back_is_followed()
    {
        _clock.Judge(Now + TimeSpan.FromDays(3650).Ticks, false);
        Assert.Equal(Arrival.ClockSetBack, _clock.Judge(Now, false));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now + 1, false));
    }

    [Fact]
    public void A_clock_that_summer_time_sets_back_is_noticed_after_a_run_of_readings()
    {
        var clock = new DeviceClock();
        var start = new DateTime(2026, 10, 25, 3, 0, 0, DateTimeKind.Utc);
        Assert.Equal(Arrival.InOrder, clock.Judge(start.Ticks, redelivered: false));
        var after = Enumerable.Range(0, 40).Select(i => clock.Judge(start.AddHours(-1).AddSeconds(i).Ticks, redelivered: false)).ToList();
        Assert.All(after.Take(29), a => Assert.Equal(Arrival.Late, a));
        Assert.Equal(Arrival.ClockSetBack, after[29]);
        Assert.All(after.Skip(30), a => Assert.Equal(Arrival.InOrder, a));
    }

    [Fact]
    public void Repeats_of_a_message_are_no_run_of_late_readings()
    {
        var clock = new DeviceClock();
        clock.Judge(TimeSpan.FromHours(10).Ticks, redelivered: false);
        Assert.All(Enumerable.Range(0, 100),
            i => Assert.Equal(Arrival.Duplicate, clock.Judge(TimeSpan.FromHours(9.5).Ticks + i, redelivered: true)));
    }
}
