using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests;

public class LaneWatchTests
{
    private readonly FakeTimeProvider _time = Some.Clock();
    private readonly LaneCounters _counters = new();
    private readonly LaneInbox _inbox = new();

    [Fact]
    public void A_lane_with_work_that_gets_nowhere_is_stuck_after_30_s()
    {
        var watch = Watch();
        _inbox.Put(Batch());

        Assert.Empty(LookAfter(watch, 5));
        Assert.Empty(LookAfter(watch, 24));
        Assert.Equal([0], LookAfter(watch, 6));

        _counters.Judged++;
        Assert.Empty(LookAfter(watch, 1));
        Assert.Empty(LookAfter(watch, 29));
    }

    [Fact]
    public void A_lane_without_work_is_idle_for_as_long_as_it_likes()
    {
        var watch = Watch();
        Assert.Empty(LookAfter(watch, 3600));

        // Work that comes after a long rest is not overdue at once.
        _inbox.Put(Batch());
        Assert.Empty(LookAfter(watch, 5));
    }

    private LaneWatch Watch() => new([(_counters, _inbox)], _time);

    private IReadOnlyList<int> LookAfter(LaneWatch watch, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return watch.Look();
    }

    private static MessageBatch Batch()
    {
        var batch = LaneBench.NewBatch();
        batch.Add(new Device("pump", 0, 0), [1], 0);
        return batch;
    }
}
