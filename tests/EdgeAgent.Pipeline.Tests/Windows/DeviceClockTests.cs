using EdgeAgent.Pipeline.Windows;

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
}
