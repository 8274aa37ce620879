using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public class LaneTests(ITestOutputHelper output)
{
    [Fact]
    public void The_same_readings_give_the_same_events_however_they_are_batched()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var expected = Play(1, seed);
        Assert.InRange(expected.Count, 10, 10_000);
        Assert.Equal(expected, Play(7, seed));
        Assert.Equal(expected, Play(512, seed));
    }

    [Fact]
    public void A_gap_within_a_batch_breaks_the_streak_behind_what_came_before_it()
    {
        foreach (var size in new[] { 1, 100 })
        {
            using var bench = new LaneBench(d => (d.GapLimit, d.OnAfter) = (TimeSpan.FromSeconds(5), 3)) { BatchSize = size };
            foreach (var (value, gap) in new[] { (0, 0), (0, 0), (2, 0), (2, 0), (2, 0), (2, 9), (0, 0) })
                bench.Skip(gap).SendJson($$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{value}}}}}""");
            Assert.Equal("Opened Closed", bench.Flush().Kinds);
        }
    }

    [Fact]
    public void An_observer_hears_of_each_reading_in_order_before_it_is_judged_and_of_no_late_one()
    {
        using var bench = new LaneBench { Arrivals = [] };
        bench.Send(1, 2);
        bench.SendJson($$$"""{"ts": {{{bench.Ts() - 3}}}, "values": {"a": 9}}""").Send(3);

        Assert.Equal([(0, 0), (0, 0), (0, 1), (1, 2), (2, 3)], bench.Arrivals);
    }

    [Fact]
    public void Every_message_is_accounted_for()
    {
        using var bench = new LaneBench { BatchSize = 64 };
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var ts = bench.Ts() + random.Next(5) - 3;
            bench.SendJson(
                random.Next(5) switch
                {
                    0 => "junk",
                    1 => $$$"""{"ts": {{{ts}}}, "values": {"other": 1}}""",
                    _ => $$$"""{"ts": {{{ts}}}, "values": {"a": {{{random.Next(3)}}}}}""",
                },
                redelivered: random.Next(4) == 0, device: $"pump-{random.Next(20)}");
        }
        bench.Flush();

        var c = bench.Lane.Counters;
        var source = bench.Source;
        Assert.Equal(1000, source.Received);
        Assert.Equal(0, source.Held);
        Assert.Equal(source.Received, c.Received + source.DeadLettered);
        Assert.Equal(c.Received, c.Windowed + c.Filtered);
        Assert.All([c.Windowed, c.FilteredLate, c.FilteredDuplicate, c.FilteredLacksChannel, source.DeadLettered],
            n => Assert.NotEqual(0, n));
        Assert.Equal(bench.Events.Count, c.Events);
        Assert.Equal(bench.Scores.Count, c.Judged);
    }

    [Fact]
    public void A_message_is_acknowledged_at_once_without_an_event_and_after_its_event_with_one()
    {
        using var temp = new TempFolder();
        var folder = TinyBundle.Write(temp.File("sum"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        var sink = new HoldingSink();
        var options = new AgentOptions
        {
            Sources = [Some.Source()], Detectors = [new DetectorOptions { Name = "d", Source = "pumps", Model = folder }],
        };
        using var model = OnnxModel.Load(ModelBundle.Load(folder));
        using var lane = new Lane(
            new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [folder] = model }), sink, new LogLines());
        var acknowledgements = new Acknowledgements();
        var feed = new LaneFeed(options.Sources[0], [lane], new LogLines());
        foreach (var (value, i) in new[] { 0, 0, 0, 5, 5 }.Select((v, i) => (v, i)))
            feed.Send("pump"u8, Some.Utf8($$$"""{"ts": {{{100 + i}}}, "values": {"a": {{{value}}}}}"""), 0, acknowledgements, token: i);

        feed.HandOver();

        // The fourth caused the event; the source holds the fifth back behind it, as the protocol wants.
        Assert.Equal([0, 1, 2, 4], acknowledgements.Finished);
        Assert.Equal(4, acknowledgements.Acknowledged);
        Assert.Single(sink.Receipts)!.Release();
        Assert.Equal([0, 1, 2, 4, 3], acknowledgements.Finished);
        Assert.Equal(5, acknowledgements.Acknowledged);
    }

    [Fact]
    public void A_reading_without_an_event_allocates_nothing()
    {
        using var bench = new LaneBench { BatchSize = 100 };
        byte[][] payloads = [.. Enumerable.Range(0, 4000).Select(i => Some.Utf8($$$"""{"ts": {{{1_767_225_600 + i}}}, "values": {"a": 0.25}}"""))];
        Play(0, 2000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(2000, 4000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4000, bench.Lane.Counters.Windowed);

        void Play(int from, int to)
        {
            bench.Scores.Clear();
            bench.Scores.EnsureCapacity(4000);
            for (var i = from; i < to; i++)
                bench.Send("pump-8"u8, payloads[i]);
        }
    }

    /// <summary>Five noisy pumps with faults, gaps and clocks set back; all their events, encoded.</summary>
    private static List<string> Play(int batchSize, int seed)
    {
        var random = new Random(seed);
        using var bench = new LaneBench(d =>
        {
            (d.OnAfter, d.OffAfter, d.Smooth, d.GapLimit) = (3, 2, 2, TimeSpan.FromSeconds(60));
            d.UpdateEvery = TimeSpan.FromSeconds(20);
        }, TinyBundle.Sum("a", "b")) { BatchSize = batchSize };
        for (var i = 0; i < 5000; i++)
        {
            if (random.Next(200) == 0) bench.Skip(100);
            if (random.Next(500) == 0) bench.Skip(-5000);
            var level = i / 250 % 2 * 0.9;
            var (a, b) = (random.NextDouble() * 0.4 + level, random.NextDouble() * 0.4);
            bench.SendJson(
                string.Create(CultureInfo.InvariantCulture, $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{a:R}}}, "b": {{{b:R}}}}}"""),
                device: $"pump-{random.Next(5)}");
        }
        bench.Flush();
        var encoder = new CloudEventEncoder(new AgentIdentity("site", "agent"));
        return [.. bench.Events.Select(e => System.Text.Encoding.UTF8.GetString(encoder.Encode(e)))];
    }

    private sealed class HoldingSink : IEventSink
    {
        public List<EventReceipt?> Receipts { get; } = [];

        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) => Receipts.Add(receipt);
    }
}
