using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Windows.Joining;

public sealed class SampledTests
{
    private static void EveryTenSeconds(ReadingOptions reading) =>
        (reading.Mode, reading.Every, reading.Stale) = (ReadingMode.Sampled, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    [Fact]
    public void Last_known_values_are_a_reading_at_each_multiple_of_the_interval()
    {
        using var bench = new JoinBench(2, EveryTenSeconds);
        bench.Put(1, "a", 0).Put(3, "b", 0).Put(12, "a", 0).Put(21, "a", 1).Put(24, "a", 2).Put(30, "b", 10);
        bench.Put(30.1, "a", 3).Put(41, "a", 4);
        Assert.Equal([12f, 13f], bench.Scores);
        Assert.Equal([30, 40], bench.Times);
        Assert.Equal((8, 0), (bench.Counters.Windowed, bench.Counters.Filtered));
    }

    [Fact]
    public void Nothing_is_sampled_while_a_channel_has_never_come()
    {
        using var bench = new JoinBench(2, EveryTenSeconds);
        for (var i = 0; i < 100; i++) bench.Put(i, "a", 0);
        Assert.Equal(10, bench.Counters.FilteredLacksChannel);
        bench.Put(100, "b", 0).Put(111, "a", 0).Put(121, "a", 0).Put(131, "a", 7);
        Assert.Equal([120, 130], bench.Times);
        Assert.Single(bench.Lane.Log.Lines, l => l.Contains("lacks b", StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_pause_only_what_is_not_stale_is_sampled()
    {
        using var bench = new JoinBench(2, EveryTenSeconds, hold: 100);
        bench.Put(1, "a", 0).Put(2, "b", 0).Put(11, "a", 0).Put(12, "b", 0).Put(22, "a", 1).Put(3_003, "a", 2).Put(3_011, "a", 3);
        // 30 to 50 from the value at 22, then nothing until the pause has ended.
        Assert.Equal([30, 40, 50, 3_010], bench.Times);
        Assert.Equal([1f, 1f, 1f, 2f], bench.Scores);
    }

    [Fact]
    public void A_stale_channel_is_missing_and_stands_in_for_as_long_as_the_bundle_allows()
    {
        using var bench = new JoinBench(2, EveryTenSeconds, hold: 1);
        bench.Put(1, "a", 0).Put(2, "b", 0);
        for (var i = 1; i < 10; i++) bench.Put(10 * i + 1, "a", i);
        // b is 28 s old at 30, and stands in once more at 40.
        Assert.Equal([30, 40], bench.Times);
        Assert.Equal(5, bench.Counters.FilteredLacksChannel);
    }

    [Fact]
    public void An_older_value_is_known_from_then_on_if_it_is_its_channels_newest()
    {
        using var bench = new JoinBench(2, EveryTenSeconds);
        bench.Put(1, "a", 0).Put(2, "b", 0).Put(11, "a", 0).Put(21, "a", 1).Put(19, "b", 10).Put(31, "a", 1);
        bench.Put(18, "b", 99).Put(41, "a", 1);
        Assert.Equal([11f, 11f], bench.Scores);
        Assert.Equal(1, bench.Counters.FilteredLate);
    }
}
