using System.Globalization;

namespace EdgeAgent.Tests.Discovery;

/// <summary>Which place is the time, and what is said of a clock that is away from this machine's.</summary>
public sealed class TimeProposalTests
{
    [Fact]
    public void A_date_without_an_hour_is_no_time_of_what_comes_each_second()
    {
        var source = new Heard().Add(8, (i, _) => $$"""{"date":"04.05.2026","time":"10:00:0{{i}}","temp":{{Heard.Value(i)}}}""", "plc/l1").Only();
        Assert.Equal("device=topic[1]", source.Lines());
        Assert.Equal("arrival", source.Time);
    }

    [Fact]
    public void A_time_is_found_under_dt_and_samples_do_not_count_as_times()
    {
        var source = new Heard().Add(8, (i, ms) =>
            $$"""{"dt":"{{At(ms, "yyyy-MM-dd HH:mm:ss.fff")}}","x":[{{string.Join(',', Enumerable.Range(i, 6000))}}]}""", "wave/m1").Only();
        Assert.Contains("time=dt", source.Lines());
        Assert.Equal("dt", source.Time);
        Assert.InRange(source.Trial.Lag!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Samples_without_a_time_have_that_of_arrival()
    {
        var source = new Heard().Add(8, (i, _) => $$"""{"x":[{{string.Join(',', Enumerable.Range(i, 4000))}}]}""", "wave/m1").Only();
        Assert.Equal("arrival", source.Time);
    }

    [Fact]
    public void A_time_that_different_readings_share_is_left_and_nanoseconds_are_not_watched()
    {
        var source = new Heard().Add(12, (i, ms) =>
            $$"""{"sec":{{ms / 1000 / 2 * 2}},"nsec":{{i % 2 * 500_000_000}},"temp":{{Heard.Value(i)}}}""", "x/d1").Only();
        Assert.Equal("device=topic[1]", source.Lines());
        Assert.Equal(["temp"], source.Watched);
        Assert.Contains("# time = \"sec\" would give different readings the same time", source.Text());
    }

    [Fact]
    public void Whole_seconds_are_a_time_where_they_tell_readings_apart() =>
        Assert.Contains(
            "time=sec", new Heard().Add(12, (i, ms) => $$"""{"sec":{{ms / 1000}},"nsec":0,"temp":{{Heard.Value(i)}}}""", "x/d1").Only().Lines());

    [Theory]
    [InlineData(120, "the times name no zone and are 2 h ahead: add timezone = \"...\"")]
    [InlineData(-345, "the times name no zone and are 5 h 45 min behind: add timezone = \"...\"")]
    [InlineData(37, "time, 36 min 59 s ahead of this machine's clock: see the sender's clock")]
    [InlineData(-37, "time, 37 min 0 s behind this machine's clock: see the sender's clock")]
    public void Local_times_ask_for_their_zone(int minutes, string expected)
    {
        var source = new Heard().Add(12, (i, ms) =>
            $$"""{"time":"{{At(ms + (minutes * 60_000L), "yyyy-MM-dd HH:mm:ss.fff")}}","temp":{{Heard.Value(i)}}}""", "rtl/a5").Only();
        Assert.Contains($"# {expected}\n", source.Text());
    }

    [Fact]
    public void A_time_with_its_zone_is_the_senders_clock_however_far_away_it_is()
    {
        var source = new Heard().Add(12, (i, ms) =>
            $$"""{"time":"{{At(ms + (2 * 3_600_000L), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'")}}","temp":{{Heard.Value(i)}}}""", "rtl/a5").Only();
        Assert.Contains("1 h 59 min ahead of this machine's clock: see the sender's clock", source.Text());
    }

    private static string At(long ms, string format) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(format, CultureInfo.InvariantCulture);
}
