using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Windows.Joining;

/// <summary>What of a device's messages makes a reading, seen through scores and the times of judgements.</summary>
public sealed class JoiningTests
{
    [Fact]
    public void Channels_that_come_apart_are_one_reading_at_the_time_of_the_earliest()
    {
        using var bench = new JoinBench(3).Calibrate().Burst(2, 1).Burst(3, 2);
        Assert.Equal([7f, 14f], bench.Scores);
        Assert.Equal([2, 3], bench.Times);
        Assert.Equal((12, 0), (bench.Counters.Windowed, bench.Counters.Filtered));
    }

    [Fact]
    public void A_lost_message_costs_one_reading_its_channel_and_shifts_none_behind_it()
    {
        using var bench = new JoinBench(8).Calibrate().Burst(2, 1, without: "a").Burst(3, 1).Burst(4, 1, without: "h").Burst(5, 2);
        Assert.Equal([254f, 255f, 255f, 510f], bench.Scores);
        Assert.Equal([2.1, 3, 4, 5], bench.Times);
    }

    [Fact]
    public void An_agent_that_begins_in_the_middle_of_a_burst_finds_where_the_next_one_begins()
    {
        using var bench = new JoinBench(8).Burst(0, 0, without: "ab").Burst(1, 0).Burst(2, 1).Burst(3, 2);
        // The first two are what calibrates: one from two bursts, and what was left of the second.
        Assert.Equal([255f, 510f], bench.Scores);
        Assert.Equal([2, 3], bench.Times);
        Assert.DoesNotContain(bench.Lane.Log.Lines, l => l.Contains("lacks", StringComparison.Ordinal));
    }

    [Fact]
    public void Channels_that_come_in_turn_at_even_distances_are_joined_although_no_silence_tells_where_to_begin()
    {
        // As zigbee2mqtt sends them: the others are null, and nulls change nothing.
        using var bench = new JoinBench(3);
        for (var i = 0; i < 15; i++)
        {
            var value = (i / 3 < 2 ? 0 : 1) * Math.Pow(10, i % 3);
            bench.Put(i, string.Join(", ", "abc".Select((c, n) => $"\"{c}\": {(n == i % 3 ? value.ToString("0") : "null")}")));
        }
        Assert.Equal([111f, 111f, 111f], bench.Scores);
        Assert.Equal([6, 9, 12], bench.Times);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public void A_channel_that_always_comes_later_with_an_older_time_is_neither_late_nor_missing(double earlier)
    {
        using var bench = new JoinBench(2, hold: 3);
        for (var i = 0; i < 40; i++)
            bench.Put(i + 1, "a", i < 3 ? 0 : i).Put(i + 1 - earlier, "b", i < 3 ? 0 : 10 * i);
        Assert.Equal((0, 0, 0), (bench.Counters.FilteredLate, bench.Counters.FilteredLacksChannel, bench.Counters.ClockSetBack));
        Assert.InRange(bench.Scores.Count, 36, 38);
        Assert.Equal(bench.Scores.Select((_, i) => i == 0 ? 0 : 11f * (i + 2)), bench.Scores);
        Assert.All(bench.Times.Zip(bench.Times.Skip(1), (x, y) => y - x), d => Assert.InRange(d, 0.99, 1.01));
    }

    [Fact]
    public void A_value_that_is_older_than_its_channels_last_one_is_late()
    {
        using var bench = new JoinBench(2).Calibrate().Burst(2, 1).Put(3, "a", 5).Put(1.9, "a", 9).Put(1.5, "b", 9).Put(3.1, "b", 50);
        Assert.Equal([3f, 55f], bench.Scores);
        Assert.Equal(2, bench.Counters.FilteredLate);
    }

    [Fact]
    public void A_stated_tolerance_counts_from_the_first_value_to_both_sides()
    {
        using var bench = new JoinBench(3, r => (r.Mode, r.Tolerance) = (ReadingMode.Joined, TimeSpan.FromSeconds(0.15)));
        // The device is known by its last values once all channels have come; then c stands apart each time.
        bench.Calibrate();
        bench.Put(10, "b", 10).Put(9.9, "a", 1).Put(10.14, "c", 100).Put(20, "b", 20).Put(19.8, "a", 2).Put(20.2, "c", 200);
        Assert.Contains(111f, bench.Scores);
        Assert.Equal(9.9, bench.Times[bench.Scores.IndexOf(111f)]);
        // a came too early to join, and so stands in: it is the newest that is known of its channel.
        Assert.Equal(122f, bench.Scores[^1]);
        Assert.Equal(20, bench.Times[^1]);
    }

    [Fact]
    public void A_message_with_all_channels_ends_what_waits_and_is_a_reading_itself()
    {
        using var bench = new JoinBench(2).Calibrate();
        bench.Put(2, "a", 5).Put(3, "\"a\": 1, \"b\": 10").Put(4, "b", 20).Put(4, "\"a\": 2, \"b\": 30");
        Assert.Equal([5f, 11f, 32f], bench.Scores);
        Assert.Equal([2, 3, 4], bench.Times);
    }

    [Fact]
    public void A_message_without_a_channel_of_the_model_disturbs_nothing()
    {
        using var bench = new JoinBench(2, hold: 0).Calibrate();
        // The second is far ahead of all others: what is no reading makes none late.
        bench.Put(2, "a", 1).Put(2.02, "\"online\": 1").Put(2000, "\"online\": 1, \"b\": null").Put(2.1, "b", 10);
        Assert.Equal([11f], bench.Scores);
        Assert.Equal((6, 2), (bench.Counters.Windowed, bench.Counters.FilteredLacksChannel));
        Assert.DoesNotContain(bench.Lane.Log.Lines, l => l.Contains("lacks", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_sends_no_channel_of_the_model_is_told_once()
    {
        using var bench = new JoinBench(2);
        for (var i = 0; i < 9; i++) bench.Put(i, "\"pressure\": 1");
        Assert.Single(bench.Lane.Log.Lines, l => l.Contains("lacks a, b", StringComparison.Ordinal));
        Assert.Equal(9, bench.Counters.FilteredLacksChannel);
    }

    [Fact]
    public void A_channel_that_never_comes_is_told_and_filtered()
    {
        using var bench = new JoinBench(2);
        for (var i = 0; i < 9; i++) bench.Put(i, "a", 1);
        Assert.Single(bench.Lane.Log.Lines, l => l.Contains("lacks b", StringComparison.Ordinal));
        Assert.Equal((1, 8), (bench.Counters.Windowed, bench.Counters.FilteredLacksChannel));
    }

    [Fact]
    public void A_missing_channel_stands_in_for_as_many_readings_as_the_bundle_allows_not_messages()
    {
        using var bench = new JoinBench(3, hold: 2).Calibrate().Burst(2, 1);
        for (var i = 3; i < 8; i++) bench.Burst(i, 2, without: "c");
        Assert.Equal([7f, 10f, 10f], bench.Scores);
        Assert.Equal(2, bench.Counters.FilteredLacksChannel);
    }

    [Fact]
    public void What_the_broker_repeats_is_judged_by_its_channels_own_time()
    {
        using var bench = new JoinBench(2).Calibrate();
        bench.Put(2, "a", 1).Put(2, "a", 1, redelivered: true).Put(1.95, "a", 1, redelivered: true);
        Assert.Equal(2, bench.Counters.FilteredDuplicate);
        // Older than the device's latest, but the first that is heard of it.
        bench.Put(1.9, "b", 10, redelivered: true).Put(1.9, "b", 10, redelivered: true);
        Assert.Equal([11f], bench.Scores);
        Assert.Equal((3, 6), (bench.Counters.FilteredDuplicate, bench.Counters.Windowed));
    }

    [Fact]
    public void Several_messages_of_one_instant_are_joined_by_their_channels()
    {
        using var bench = new JoinBench(2);
        foreach (var second in new[] { 0, 1, 2, 3 })
            bench.Put(second, "a", second / 2).Put(second, "b", second / 2 * 10);
        Assert.Equal([11f, 11f], bench.Scores);
        Assert.Equal([2, 3], bench.Times);
    }

    [Fact]
    public void A_rule_sees_channels_that_no_model_needs_once_each_time_they_come()
    {
        using var bench = new JoinBench(2, rules: new RuleOptions { When = "running > 0 && b > 0.5", Name = "running" });
        bench.Calibrate().Put(2, "a", 0).Put(2.05, "\"running\": 1").Put(2.1, "b", 0.9f).Burst(3, 0);
        Assert.Equal("Opened Closed", bench.Lane.Kinds);
        Assert.Equal("running", bench.Lane.Events[0].Rule);
    }

    [Fact]
    public void As_messages_each_one_counts_as_before()
    {
        using var bench = new JoinBench(2, r => r.Mode = ReadingMode.Message).Calibrate().Burst(2, 1);
        Assert.Equal([0f, 1f, 3f], bench.Scores);
    }
}
