using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class EventTimeOffsetTests
{
    private static readonly long Start = new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(120, 120)]
    [InlineData(6, 6)]
    [InlineData(4, 0)]
    [InlineData(0, 0)]
    [InlineData(-30, -30)]
    [InlineData(-345, -345)]
    [InlineData(-22, 0)]
    public void A_zone_that_nobody_named_and_a_clock_that_is_ahead_are_found(double minutes, double expected)
    {
        var offset = new EventTimeOffset();
        for (var second = 0; second < 200; second++)
            offset.Note(Start + Ticks(second), Start + Ticks(second + minutes * 60 - second % 3));
        Assert.Equal(expected, offset.Steady.TotalMinutes, 0.1);
    }

    [Fact]
    public void A_backlog_that_comes_in_is_none()
    {
        var offset = new EventTimeOffset();
        for (var second = 0; second < 400; second++)
            offset.Note(Start + Ticks(second), Start - Ticks(3600 - second * 9));
        Assert.Equal(TimeSpan.Zero, offset.Steady);
    }

    [Fact]
    public void Once_it_is_put_right_it_is_forgotten_within_two_minutes()
    {
        var offset = new EventTimeOffset();
        for (var second = 0; second < 200; second++) offset.Note(Start + Ticks(second), Start + Ticks(second + 3600));
        Assert.Equal(1, offset.Steady.TotalHours, 0.01);
        for (var second = 200; second < 320; second++) offset.Note(Start + Ticks(second), Start + Ticks(second));
        Assert.Equal(TimeSpan.Zero, offset.Steady);
    }

    [Fact]
    public void A_minute_is_needed_and_ten_messages()
    {
        var offset = new EventTimeOffset();
        for (var second = 0; second < 59; second++) offset.Note(Start + Ticks(second), Start + Ticks(second + 3600));
        Assert.Equal(TimeSpan.Zero, offset.Steady);
        offset = new EventTimeOffset();
        for (var minute = 0; minute < 9; minute++) offset.Note(Start + Ticks(60 * minute), Start + Ticks(60 * minute + 3600));
        Assert.Equal(TimeSpan.Zero, offset.Steady);
    }

    private static long Ticks(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;
}
