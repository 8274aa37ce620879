using System.Text.Json;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests;

public sealed class LedgerTests : IDisposable
{
    private readonly SourceCounters _source = new() { Received = 20, DeadLettered = 2, FilteredRetained = 1, HandedOver = 17 };
    private readonly LaneCounters _lane = new() { Received = 17, Windowed = 14, FilteredLate = 3, Events = 5 };
    private readonly OutboxCounters _outbox = new() { Recovered = 2, Appended = 5, Delivered = 4, DroppedExpired = 1 };
    private readonly LaneBench _bench = new() { MayBlock = true };
    private readonly LaneQueue _queue;

    public LedgerTests() => _queue = new LaneQueue(_bench.Lane, e => Assert.Fail(e.Message));

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void At_rest_every_message_and_event_has_its_place()
    {
        Assert.Equal(new Ledger
        {
            Received = 20, Windowed = 14, Filtered = 4, DeadLettered = 2, Events = 7, Delivered = 4, Owed = 2, Dropped = 1,
        }, Look());
        Assert.True(Look().IsBalanced);
        Assert.Equal(0, Look().InFlight);
    }

    [Fact]
    public void A_message_that_nobody_counted_is_found()
    {
        _lane.Windowed--;
        Assert.False(Look().IsBalanced);
    }

    [Fact]
    public void A_message_that_was_counted_twice_is_found()
    {
        _lane.Windowed++;
        Assert.False(Look().IsBalanced);
    }

    [Fact]
    public void An_event_that_did_not_reach_the_outbox_is_found()
    {
        _outbox.Appended--;
        Assert.False(Look().IsBalanced);
    }

    [Fact]
    public void What_waits_for_a_lane_is_in_flight()
    {
        _source.Received += 3;
        Assert.True(Look().IsBalanced, "the source still gathers it");

        _source.HandedOver += 3;
        using var isAtIt = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _bench.OnArrival = (_, _) =>
        {
            isAtIt.Set();
            goOn.Wait();
        };
        _queue.Put(Some.Batch(3));
        Assert.Equal(3, Look().InFlight);
        Assert.True(Look().IsBalanced, "it waits in the queue");

        var lane = new Thread(_queue.RunAll);
        lane.Start();
        isAtIt.Wait();
        Assert.Equal(3, Look().InFlight);
        Assert.True(Look().IsBalanced, "the lane has it in hand");
        _queue.Complete();
        goOn.Set();
        lane.Join();
        Assert.False(Look().IsBalanced, "the lane did not count it");
    }

    [Fact]
    public void The_status_upstream_stays_below_1_KB()
    {
        var agent = new AgentIdentity(new string('s', 60), new string('a', 60));
        var books = new Ledger
        {
            Received = long.MaxValue, Windowed = long.MaxValue / 2, Filtered = long.MaxValue / 4, DeadLettered = long.MaxValue / 8,
            Events = long.MaxValue, Delivered = long.MaxValue, Owed = long.MaxValue, Dropped = long.MaxValue,
        };
        var figures = new AgentFigures(1000, 1000, 10_000_000, 10_000_000, books) { Troubles = 1000, Trouble = new string('\u20ac', 4000) };
        Assert.InRange(AgentStatus.Online(agent, Some.Start, figures).Length, 1, 1000);
    }

    [Theory]
    [InlineData("source pumps: \"x\" µ", "source pumps: \"x\" µ")]
    [InlineData("\U0001f4a1\U0001f4a1", "\U0001f4a1\U0001f4a1")]
    public void The_status_upstream_tells_the_first_trouble_and_how_many_there_are(string trouble, string told)
    {
        var figures = new AgentFigures(1, 1, 1, 0, Look()) { Troubles = 2, Trouble = trouble };
        using var json = JsonDocument.Parse(AgentStatus.Online(new AgentIdentity("s", "a"), Some.Start, figures));
        Assert.Equal((2, told), (json.RootElement.GetProperty("troubles").GetInt32(), json.RootElement.GetProperty("trouble").GetString()));
    }

    [Fact]
    public void A_trouble_that_is_cut_stays_readable()
    {
        var lamps = string.Concat(Enumerable.Repeat("\U0001f4a1", 100));
        var figures = new AgentFigures(1, 1, 1, 0, Look()) { Troubles = 1, Trouble = lamps };
        using var json = JsonDocument.Parse(AgentStatus.Online(new AgentIdentity("s", "a"), Some.Start, figures));
        Assert.StartsWith(json.RootElement.GetProperty("trouble").GetString()!, lamps, StringComparison.Ordinal);
    }

    private Ledger Look() => LedgerReader.Read([_source], [_lane], [_queue], _outbox);
}
