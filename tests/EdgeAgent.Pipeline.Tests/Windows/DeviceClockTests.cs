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
    public void A_clock_set_back_by_far_is_followed_once_five_readings_agree()
    {
        _clock.Judge(Now + Days(3650), false);
        Assert.All([0, 1, 2, 3], i => Assert.Equal(Arrival.Late, _clock.Judge(Now + i, false)));
        Assert.Equal(Arrival.ClockSetBack, _clock.Judge(Now + 4, false));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now + 5, false));
    }

    [Fact]
    public void Stored_readings_between_those_of_now_are_late_however_many_they_are()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Arrival.InOrder, _clock.Judge(Now + i * TimeSpan.TicksPerSecond, false));
            if (i > 0) Assert.Equal(Arrival.Late, _clock.Judge(Now - TimeSpan.FromHours(2).Ticks + i * TimeSpan.TicksPerSecond, false));
        }
    }

    [Fact]
    public void Channels_that_step_back_by_turns_still_agree_on_a_clock_set_back()
    {
        _clock.Judge(Now + Days(1), false);
        var after = Enumerable.Range(0, 12).Select(i => _clock.Judge(Now + (i / 2 * 2 - i % 2) * TimeSpan.TicksPerSecond, false)).ToList();
        Assert.Contains(Arrival.ClockSetBack, after);
    }

    [Fact]
    public void Older_and_older_readings_do_not_agree()
    {
        _clock.Judge(Now, false);
        Assert.All(Enumerable.Range(1, 200), i => Assert.Equal(Arrival.Late, _clock.Judge(Now - i * TimeSpan.TicksPerMinute, false)));
    }

    [Fact]
    public void A_lone_reading_from_the_future_changes_nothing()
    {
        _clock.Judge(Now, false, Now);
        Assert.Equal(Arrival.Ahead, _clock.Judge(Now + Days(3650), false, Now + 1));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now + 2, false, Now + 2));
        Assert.Equal(Arrival.Ahead, _clock.Judge(Now + Days(3650), false, Now + 3));
        Assert.Equal(Arrival.InOrder, _clock.Judge(Now + 4, false, Now + 4));
    }

    [Fact]
    public void A_clock_set_forward_is_followed_once_three_readings_agree_and_believed_from_then_on()
    {
        _clock.Judge(Now, false, Now);
        var after = Enumerable.Range(1, 6).Select(i => _clock.Judge(Now + Days(1) + i * TimeSpan.FromHours(2).Ticks, false, Now + i));
        Assert.Equal([Arrival.Ahead, Arrival.Ahead, Arrival.Agreed, Arrival.InOrder, Arrival.InOrder, Arrival.InOrder], after);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_pause_is_no_clock_set_forward(int minutesAhead)
    {
        _clock.Judge(Now, false, Now);
        var (after, arrival) = (Now + Days(2), Now + Days(2) - TimeSpan.FromMinutes(minutesAhead).Ticks);
        Assert.Equal(Arrival.InOrder, _clock.Judge(after, false, arrival));
        // A recording does not say when its readings arrived.
        Assert.Equal(Arrival.InOrder, _clock.Judge(after + Days(2), false));
    }

    [Fact]
    public void A_part_that_steps_back_is_not_the_first_of_those_out_of_place()
    {
        _clock.Judge(Now, false, Now);
        Assert.Equal((Arrival.Ahead, true), (_clock.Judge(Now + Days(1), false, Now + 1), _clock.IsFirstOff));
        Assert.Equal((Arrival.Ahead, false), (_clock.Judge(Now + Days(1) - 1, false, Now + 2), _clock.IsFirstOff));
    }

    [Fact]
    public void A_clock_that_stands_still_far_ahead_is_followed_in_the_end()
    {
        _clock.Judge(Now, false, Now);
        var after = Enumerable.Range(0, 400).Select(i => _clock.Judge(Now + Days(1), false, Now + i)).ToList();
        Assert.Equal(299, after.IndexOf(Arrival.Agreed));
        Assert.Equal(Arrival.InOrder, after[300]);
    }

    [Fact]
    public void Irregular_stored_readings_that_come_at_once_are_in_order()
    {
        _clock.Judge(Now, false, Now);
        var (time, arrival) = (Now, Now + Days(1));
        for (var i = 0; i < 500; i++)
        {
            time += (i % 7 == 6 ? 20 : 1) * TimeSpan.TicksPerMinute / 10;
            Assert.Equal(Arrival.InOrder, _clock.Judge(time, false, arrival + i));
        }
        Assert.Equal(Arrival.InOrder, _clock.Judge(time + TimeSpan.FromMinutes(50).Ticks, false, arrival + 501));
    }

    private static long Days(int days) => TimeSpan.FromDays(days).Ticks;

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
