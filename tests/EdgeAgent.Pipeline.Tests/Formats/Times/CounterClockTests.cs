using EdgeAgent.Pipeline.Formats.Times;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class CounterClockTests(ITestOutputHelper output)
{
    private static readonly DateTime Start = new(2026, 11, 30, 12, 0, 0);
    private CounterClock _clock;

    [Fact]
    public void The_first_value_is_of_its_arrival_and_the_others_follow_by_their_difference()
    {
        var scale = Scale(CounterUnit.Milliseconds);

        Assert.Equal(0, Read(scale, 60_000, 0));
        // Under way half a second longer, then less.
        Assert.Equal(1, Read(scale, 61_000, 1.5));
        Assert.Equal(2, Read(scale, 62_000, 2.1));
    }

    [Fact]
    public void No_reading_is_younger_than_its_arrival()
    {
        var scale = Scale(CounterUnit.Milliseconds);
        Read(scale, 60_000, 0);

        Assert.Equal(0.8, Read(scale, 61_000, 0.8));
        Assert.Equal(1.8, Read(scale, 62_000, 2.5));
    }

    [Theory]
    [InlineData(CounterUnit.Seconds, 1)]
    [InlineData(CounterUnit.Milliseconds, 1_000)]
    [InlineData(CounterUnit.Microseconds, 1_000_000)]
    [InlineData(CounterUnit.Nanoseconds, 1_000_000_000)]
    public void Every_unit_is_read(CounterUnit unit, long second)
    {
        var scale = Scale(unit);
        Read(scale, 100 * second, 0);

        Assert.Equal(7, Read(scale, 107 * second, 8));
    }

    [Theory]
    [InlineData(CounterUnit.Milliseconds, 32, 4_294_967_000L, 704L, 1)]
    [InlineData(CounterUnit.Microseconds, 32, 4_294_900_000L, 932_704L, 1)]
    [InlineData(CounterUnit.Seconds, 16, 65_530L, 4L, 10)]
    [InlineData(CounterUnit.Milliseconds, 16, 65_000L, 464L, 1)]
    // As a signed number.
    [InlineData(CounterUnit.Milliseconds, 32, 2_147_483_000L, -2_147_483_296L, 1)]
    [InlineData(CounterUnit.Milliseconds, 32, -296L, 704L, 1)]
    public void A_counter_that_begins_anew_at_its_end_goes_on(CounterUnit unit, int bits, long before, long after, double seconds)
    {
        var scale = Scale(unit, bits);
        Read(scale, before, 0);

        Assert.Equal(seconds, Read(scale, after, seconds + 0.5), 0.000_01);
    }

    [Fact]
    public void A_short_counter_may_have_gone_round_several_times()
    {
        var scale = Scale(CounterUnit.Milliseconds, 16);
        Read(scale, 1_000, 0);

        Assert.Equal(300, Read(scale, (1_000 + 300_000) % 65_536, 300.2), 0.001);
    }

    [Fact]
    public void A_device_that_was_switched_on_again_begins_at_its_arrival()
    {
        foreach (var scale in new[] { Scale(CounterUnit.Milliseconds), Scale(CounterUnit.Milliseconds, 32) })
        {
            _clock = default;
            Read(scale, 86_400_000, 0);
            Assert.Equal(30, Read(scale, 2_000, 30));
            Assert.Equal(31, Read(scale, 3_000, 31.2));
        }
    }

    [Fact]
    public void A_message_that_was_overtaken_or_repeated_is_of_its_own_time()
    {
        var scale = Scale(CounterUnit.Milliseconds);
        Read(scale, 600_000, 0);
        Read(scale, 601_000, 1);

        Assert.Equal(0, Read(scale, 600_000, 1.1));
        Assert.Equal(1, Read(scale, 601_000, 1.2));
        Assert.Equal(2, Read(scale, 602_000, 2));
    }

    [Fact]
    public void A_backlog_keeps_the_steps_of_its_readings()
    {
        var scale = Scale(CounterUnit.Milliseconds);
        Read(scale, 600_000, 0);
        var times = Enumerable.Range(1, 3600).Select(i => Read(scale, 600_000 + 1000 * i, 3600 + i * 0.001)).ToArray();

        for (var i = 1; i < times.Length; i++)
            Assert.InRange(times[i] - times[i - 1], 0.99, 1.0011);
        Assert.InRange(times[^1], 3595, 3603.6);
    }

    [Fact]
    public void A_counter_that_stood_still_while_the_device_slept_is_set_right_within_minutes()
    {
        var scale = Scale(CounterUnit.Milliseconds);
        Read(scale, 600_000, 0);
        var times = Enumerable.Range(1, 180).Select(i => Read(scale, 600_000 + 1000 * i, 3600 + i)).ToArray();

        Assert.Equal(1, times[0], 0.01);
        Assert.Equal(3600 + 180, times[^1], 0.01);
    }

    [Theory]
    [InlineData(200e-6)]
    [InlineData(-200e-6)]
    public void A_crystal_that_is_wrong_stays_within_seconds_of_arrival(double drift)
    {
        var scale = Scale(CounterUnit.Milliseconds);
        var random = new Random(Seed.Take(output));
        double at = 0, last = -1;
        for (var i = 0; i < 100_000; i++, at += 10)
        {
            var time = Read(scale, 600_000 + (long)(at * 1000 * (1 + drift)), at + random.NextDouble() * 0.2);
            Assert.InRange(at - time, -0.3, 4);
            Assert.True(time > last, $"{time} after {last}");
            last = time;
        }
    }

    [Fact]
    public void A_gateways_clock_that_is_set_back_takes_the_device_with_it()
    {
        var scale = Scale(CounterUnit.Milliseconds);
        Read(scale, 600_000, 3600);

        Assert.Equal(1, Read(scale, 601_000, 1));
    }

    [Theory]
    [InlineData("12345", 123_450_000)]
    [InlineData(" 12345.5 ", 123_455_000)]
    [InlineData("1.2345E4", 123_450_000)]
    public void A_counter_may_be_a_text_or_have_a_fraction(string text, long ticks)
    {
        Assert.True(Scale(CounterUnit.Milliseconds).TryTicks(Some.Utf8(text), out var read));
        Assert.Equal(ticks, read);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    public void What_is_no_counter_is_refused(string text) =>
        Assert.False(Scale(CounterUnit.Milliseconds).TryTicks(Some.Utf8(text), out _));

    private static CounterScale Scale(CounterUnit unit, int bits = 0) => new(new CounterOptions { Unit = unit, Bits = bits });

    /// <summary>In seconds since the start.</summary>
    private double Read(CounterScale scale, long counter, double arrival)
    {
        Assert.True(scale.TryTicks(counter, out var ticks));
        return (_clock.Read(scale, ticks, Start.AddSeconds(arrival).Ticks) - Start.Ticks) / (double)TimeSpan.TicksPerSecond;
    }
}
