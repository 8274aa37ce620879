using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class DoubledHourTests
{
    private readonly EventTimeReader _reader = TimesBench.Reader(zone: "Europe/Berlin");

    /// <summary>The wall clock's times of a device, stored and sent years later.</summary>
    [Theory]
    [InlineData("02:59:57 02:59:58 02:59:59 02:00:00 02:00:01 02:30:00 02:59:59 03:00:00",
        "0:59:57 0:59:58 0:59:59 1:00:00 1:00:01 1:30:00 1:59:59 2:00:00")]
    [InlineData("01:59:00 02:00:00 02:30:00 02:00:00 02:30:00 03:00:00", "23:59:00 0:00:00 0:30:00 1:00:00 1:30:00 2:00:00")]
    // A late reading is no second passing, in neither of the two.
    [InlineData("02:30:00 02:29:58 02:30:02 02:59:00 02:01:00 02:00:58 02:01:02",
        "0:30:00 0:29:58 0:30:02 0:59:00 1:01:00 1:00:58 1:01:02")]
    [InlineData("03:10:00 02:50:00", "2:10:00 1:50:00")]
    [InlineData("02:30:00", "0:30:00")]
    public void A_devices_own_times_go_on(string walls, string expected)
    {
        var last = 0L;
        var read = new List<string>();
        foreach (var wall in walls.Split(' '))
        {
            var at = Ticks(wall, last, new DateTime(2026, 11, 30).Ticks);
            read.Add(new DateTime(at).ToString("H:mm:ss"));
            last = Math.Max(last, at);
        }
        Assert.Equal(expected, string.Join(' ', read));
    }

    [Theory]
    [InlineData("00:31:00", "00:30:00")]
    [InlineData("01:31:00", "01:30:00")]
    public void A_message_that_comes_at_once_is_known_by_its_arrival(string arrival, string expected)
    {
        var at = new DateTime(2024, 10, 27).Ticks + TimeSpan.Parse(arrival).Ticks;
        foreach (var last in new[] { 0L, at - TimeSpan.TicksPerHour, at - TimeSpan.TicksPerMinute })
            Assert.Equal(expected, new DateTime(Ticks("02:30:00", last, at)).ToString("HH:mm:ss"));
    }

    [Fact]
    public void A_time_that_is_not_doubled_is_what_it_is() =>
        Assert.Equal(7, new EventMoment(7).Resolve(TimesBench.Arrival, TimesBench.Arrival));

    private long Ticks(string wall, long last, long arrival)
    {
        Assert.Equal(TimeOutcome.Ok, _reader.FromText(Some.Utf8($"2024-10-27 {wall}"), arrival, out var moment));
        return moment.Resolve(last, arrival);
    }
}
