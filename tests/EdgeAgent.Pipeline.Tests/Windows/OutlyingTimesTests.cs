using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>
/// Times that have nothing to do with those around them move no window; a lasting change is followed, and nothing of it lost.
/// </summary>
public sealed class OutlyingTimesTests : IDisposable
{
    private const int Day = 86_400;
    private const int Window = 300;

    private readonly LaneBench _bench = new(d => d.GapLimit = TimeSpan.FromMinutes(1), TinyBundle.Sum("a") with
    {
        Window = TinyBundle.Sum("a").Window with { Length = Window },
    });

    [Theory]
    [InlineData(Day, 0)]
    [InlineData(Day, 2)]
    [InlineData(Day, null)]
    [InlineData(40 * Day, null)]
    [InlineData(-Day, 0)]
    [InlineData(-Day, null)]
    [InlineData(-15_000 * Day, 0)]
    public void One_reading_in_two_hundred_with_a_time_far_off_restarts_no_window(int secondsOff, int? daysBehindArrival)
    {
        for (var i = 0; i < 3000; i++) Send(i, i % 200 == 150 ? secondsOff : 0, daysBehindArrival);
        _bench.Flush();

        var c = _bench.Lane.Counters;
        Assert.Equal((15L, 2985L, 0L), (c.FilteredAhead + c.FilteredLate, c.Windowed, c.ClockSetBack));
        Assert.Equal(secondsOff > 0 ? 15 : 0, c.FilteredAhead);
        Assert.InRange(_bench.Scores.Count, 2985 - Window - 2, 2985);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(null)]
    public void A_clock_that_is_set_forward_is_followed_and_no_reading_of_it_is_lost(int? daysBehindArrival)
    {
        for (var i = 0; i < 1000; i++) Send(i, i < 400 ? 0 : Day, daysBehindArrival);
        _bench.Flush();

        Assert.Equal((1000L, 0L, 0L), (_bench.Lane.Counters.Windowed, _bench.Lane.Counters.Filtered, _bench.Lane.Counters.Held));
        // The calibration, and twice the readings of a window less one.
        Assert.InRange(_bench.Scores.Count, 1000 - 2 * Window - 2, 1000 - 2 * Window + 4);
    }

    [Fact]
    public void Two_in_a_row_that_agree_are_not_yet_a_clock_set_forward()
    {
        for (var i = 0; i < 3000; i++) Send(i, i % 200 is 150 or 151 ? Day : 0, daysBehindArrival: 2);
        Assert.Equal((30L, 2970L), (_bench.Lane.Counters.FilteredAhead, _bench.Lane.Counters.Windowed));
        Assert.InRange(_bench.Scores.Count, 2970 - Window - 2, 2970);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_machine_that_is_off_at_night_goes_on_in_the_morning_as_live_as_recorded(bool isLive)
    {
        for (var i = 0; i < 5000; i++) Send(i + i / 1000 * 43_200, 0, isLive ? 0 : null);
        _bench.Flush();

        Assert.Equal((5000L, 0L), (_bench.Lane.Counters.Windowed, _bench.Lane.Counters.Filtered));
        Assert.InRange(_bench.Scores.Count, 5000 - 5 * Window, 5000 - 5 * Window + 10);
    }

    [Fact]
    public void A_device_that_sends_every_four_hours_waits_at_its_beginning_alone()
    {
        for (var i = 0; i < 1000; i++)
        {
            Send(i * 14_400, 0, null);
            if (i > 2) Assert.Equal(i + 1, _bench.Lane.Counters.Windowed);
        }
    }

    [Fact]
    public void A_backlog_with_pauses_that_comes_at_once_loses_nothing()
    {
        for (var i = 0; i < 2000; i++)
        {
            var second = i + i / 500 * 20_000;
            _bench.SendJson($$$"""{"ts": {{{Start + second}}}, "values": {"a": 0}}""", arrivalTicks: Ticks(90_000) + i);
        }
        Assert.Equal((2000L, 0L), (_bench.Lane.Counters.Windowed, _bench.Lane.Counters.Filtered));
    }

    /// <summary>Another sends under the device's name, in bursts, while it goes on.</summary>
    [Theory]
    [InlineData(10, 1, 3)]
    [InlineData(4, 1, 1)]
    [InlineData(25, 1, 20)]
    [InlineData(3600, 3, 5)]
    [InlineData(Day, 3, 10)]
    [InlineData(Day, 10, 10)]
    [InlineData(-Day, 10, 10)]
    [InlineData(-60, 40, 10)]
    public void Bursts_of_other_times_are_not_believed_while_the_device_s_own_readings_go_on(int secondsOff, int messages, int every)
    {
        const int Readings = 2000;
        for (var i = 0; i < Readings; i++)
        {
            Send(i, 0, daysBehindArrival: 0);
            if (i < 500 || i % every != 0) continue;
            for (var j = 1; j <= messages; j++)
                _bench.SendJson(
                    $$$"""{"ts": {{{Start + i + secondsOff + j}}}, "values": {"a": 0}}""", arrivalTicks: Ticks(i) + j * TimeSpan.TicksPerMillisecond);
        }
        _bench.Flush();

        Assert.Equal((Readings, 0L), ((int)_bench.Lane.Counters.Windowed, _bench.Lane.Counters.ClockSetBack));
        Assert.InRange(_bench.Scores.Count, Readings - Window - 2, Readings);
    }

    [Fact]
    public void What_waits_at_a_recording_s_end_is_taken()
    {
        for (var i = 0; i < 400; i++) Send(i, i < 398 ? 0 : Day, null);
        Assert.Equal((398L, 2L), (_bench.Lane.Counters.Windowed, _bench.Lane.Counters.Held));
        _bench.Lane.TakeHeld();
        Assert.Equal((400L, 0L), (_bench.Lane.Counters.Windowed, _bench.Lane.Counters.Held));
    }

    public void Dispose() => _bench.Dispose();

    private static readonly long Start = Some.Start.ToUnixTimeSeconds();

    private static long Ticks(long second) => Some.Start.UtcTicks + second * TimeSpan.TicksPerSecond;

    /// <summary>A reading of a second, which arrives when it was measured or days later; null: nobody knows when.</summary>
    private void Send(long second, int secondsOff, int? daysBehindArrival) => _bench.SendJson(
        $$$"""{"ts": {{{Start + second + secondsOff}}}, "values": {"a": 0}}""",
        arrivalTicks: daysBehindArrival is { } days ? Ticks(second + days * (long)Day) : 0);
}
