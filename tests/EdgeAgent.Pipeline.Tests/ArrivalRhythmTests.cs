using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Tests;

public class ArrivalRhythmTests
{
    private static readonly long Start = new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(0.1, 59, false)]
    [InlineData(0.1, 61, true)]
    [InlineData(10, 299, false)]
    [InlineData(10, 301, true)]
    public void What_came_regularly_is_silent_after_a_minute_or_thirty_times_its_distance(double every, double silence, bool isSilent)
    {
        var rhythm = Played(TimeSpan.FromSeconds(every), TimeSpan.FromMinutes(20));
        Assert.Equal(isSilent, rhythm.SilentTicks(rhythm.LastTicks + Ticks(silence), limit: null) > 0);
    }

    [Fact]
    public void Bursts_with_pauses_between_them_are_a_rhythm_too()
    {
        var rhythm = new ArrivalRhythm();
        for (var burst = 0; burst < 6; burst++)
            for (var i = 0; i < 100; i++)
                rhythm.Note(Start + Ticks(burst * 300 + i * 0.01));
        Assert.Equal(0, rhythm.SilentTicks(rhythm.LastTicks + Ticks(400), limit: null));
        Assert.NotEqual(0, rhythm.SilentTicks(rhythm.LastTicks + Ticks(460), limit: null));
    }

    [Fact]
    public void Of_what_is_new_nothing_is_known()
    {
        var burst = Played(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        Assert.Equal(0, burst.SilentTicks(burst.LastTicks + Ticks(3600), limit: null));
        Assert.Equal(0, default(ArrivalRhythm).SilentTicks(Start, limit: null));
    }

    [Fact]
    public void What_fell_silent_in_its_first_ten_minutes_is_silent_after_them()
    {
        var rhythm = Played(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5.5));
        Assert.Equal(0, rhythm.SilentTicks(Start + Ticks(599), limit: null));
        Assert.Equal(Ticks(270), rhythm.SilentTicks(Start + Ticks(600), limit: null));
    }

    [Fact]
    public void A_limit_that_was_told_counts_from_the_first_on_and_zero_is_never()
    {
        var rhythm = new ArrivalRhythm();
        rhythm.Note(Start);
        Assert.Equal(0, rhythm.SilentTicks(Start + Ticks(600), TimeSpan.FromMinutes(10)));
        Assert.Equal(Ticks(601), rhythm.SilentTicks(Start + Ticks(601), TimeSpan.FromMinutes(10)));
        Assert.Equal(0, rhythm.SilentTicks(Start + Ticks(1e6), TimeSpan.Zero));
        Assert.Equal(0, default(ArrivalRhythm).SilentTicks(Start, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_anew()
    {
        var rhythm = Played(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));
        rhythm.Note(Start - Ticks(86_400));
        Assert.Equal(0, rhythm.SilentTicks(Start + Ticks(600), limit: null));
        Assert.True(rhythm.MeanTicks >= 0);
    }

    private static ArrivalRhythm Played(TimeSpan every, TimeSpan length)
    {
        var rhythm = new ArrivalRhythm();
        for (var at = TimeSpan.Zero; at <= length; at += every) rhythm.Note(Start + at.Ticks);
        return rhythm;
    }

    private static long Ticks(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;
}
