using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Windows.Joining;

/// <summary>
/// Whatever the order in which a reading's channels come, and whatever is lost: the books are right and memory is steady.
/// </summary>
public sealed class JoiningOrderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_whatever_order_the_channels_of_a_burst_come_they_are_one_reading(bool isToleranceStated)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new JoinBench(8, r => r.Tolerance = isToleranceStated ? TimeSpan.FromSeconds(0.75) : null);
        bench.Calibrate();
        for (var second = 2; second < 100; second++)
        {
            var order = Enumerable.Range(0, 8).ToArray();
            random.Shuffle(order);
            foreach (var c in order)
                bench.Put(second + c * 0.1, ((char)('a' + c)).ToString(), 1 << c);
        }
        Assert.Equal(Enumerable.Repeat(255f, 98), bench.Scores);
        Assert.Equal(Enumerable.Range(2, 98).Select(s => (double)s), bench.Times);
        Assert.Equal(0, bench.Counters.Filtered);
    }

    [Fact]
    public void Of_bursts_that_lose_every_twentieth_message_each_is_one_reading()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new JoinBench(8);
        bench.Calibrate();
        for (var second = 2; second < 1002; second++)
            bench.Burst(second, 1, without: new string([.. "abcdefgh".Where(_ => random.Next(20) == 0)]));
        // Rarely so much of one burst is lost that what remains says little of where it began.
        Assert.InRange(bench.Scores.Count, 985, 1005);
        Assert.InRange(bench.Scores.Count(s => s == 255), 950, 1005);
    }

    [Fact]
    public void Every_message_is_accounted_for()
    {
        var random = new Random(3);
        using var bench = new JoinBench(3, hold: 4);
        bench.Lane.BatchSize = 16;
        for (var i = 0; i < 3000; i++)
        {
            var second = i / 3.0 + random.Next(5) - 3;
            var channels = "abcx".Where(_ => random.Next(3) == 0).Select(c => $"\"{c}\": {random.Next(3)}").DefaultIfEmpty("\"x\": 1");
            bench.Put(second, string.Join(", ", channels), redelivered: random.Next(4) == 0);
        }
        bench.Lane.Flush();
        var c = bench.Counters;
        Assert.Equal(3000, c.Received);
        Assert.Equal(c.Received, c.Windowed + c.Filtered);
        Assert.All([c.Windowed, c.FilteredLate, c.FilteredDuplicate, c.FilteredLacksChannel], n => Assert.NotEqual(0, n));
        Assert.Equal(bench.Scores.Count, c.Judged);
    }

    [Fact]
    public void Batches_of_any_size_give_the_same_readings()
    {
        var expected = Play(1);
        Assert.InRange(expected.Count, 500, 2000);
        Assert.Equal(expected, Play(7));
        Assert.Equal(expected, Play(300));
    }

    [Fact]
    public void A_backlog_of_two_hours_before_that_comes_between_live_readings_does_not_disturb_them()
    {
        using var bench = new JoinBench(2).Calibrate();
        for (var i = 2; i < 40; i++)
            bench.Put(i, "a", 1).Put(i - 7200, "a", 50).Put(i + 0.1, "b", 2).Put(i - 7199.9, "b", 50);
        Assert.Equal(Enumerable.Repeat(3f, 38), bench.Scores);
        Assert.Equal((76, 0), (bench.Counters.FilteredLate, bench.Counters.ClockSetBack));
    }

    [Fact]
    public void A_part_of_a_reading_allocates_nothing()
    {
        using var bench = new JoinBench(2);
        bench.Lane.Times = null;
        bench.Lane.BatchSize = 100;
        byte[][] payloads = [.. Enumerable.Range(0, 8000).Select(i => Some.Utf8(
            $$$"""{"ts": {{{1_767_225_600_000 + i / 2 * 1000 + i % 2 * 100}}}, "values": {"{{{"ab"[i % 2]}}}": 0.25}}"""))];
        Play(0, 4000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(4000, 8000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((8000, 3998), (bench.Counters.Windowed, bench.Counters.Judged));

        void Play(int from, int to)
        {
            bench.Scores.Clear();
            bench.Scores.EnsureCapacity(4000);
            for (var i = from; i < to; i++)
                bench.Lane.Send("pump-8"u8, payloads[i]);
        }
    }

    [Fact]
    public void What_waits_takes_less_than_a_kilobyte_a_device()
    {
        float[] row = [0, 0, 0, 0, float.NaN, float.NaN, float.NaN, float.NaN];
        var channels = new ChannelNames([.. Enumerable.Range(0, 8).Select(c => $"{c}")]);
        _ = Filled();
        var joiners = new object[100];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < joiners.Length; i++) joiners[i] = Filled();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / joiners.Length, 100, 1024);

        object Filled()
        {
            var joiner = new Detection.Windows.Joining.ChannelJoiner(8);
            joiner.Add(row, Some.Start.Ticks, new ReadingOptions());
            joiner.RuleValues.Take(row, channels);
            return joiner;
        }
    }

    private static List<(double, float)> Play(int batchSize)
    {
        var random = new Random(11);
        using var bench = new JoinBench(3, hold: 5);
        bench.Lane.BatchSize = batchSize;
        for (var second = 0; second < 1000; second++)
        {
            var lost = new string([.. "abc".Where(_ => random.Next(10) == 0)]);
            bench.Burst(second + random.NextDouble() * 0.2, random.Next(3), lost);
        }
        bench.Lane.Flush();
        return [.. bench.Times.Zip(bench.Scores)];
    }
}
