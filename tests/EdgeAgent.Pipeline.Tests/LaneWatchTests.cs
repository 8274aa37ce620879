using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Tests.Decisions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests;

public sealed class LaneWatchTests : IDisposable
{
    // Its own thread does not run, and no other may run it.
    private readonly LaneBench _bench = new() { MayBlock = true };
    private readonly LaneQueue _queue;
    private readonly FakeTimeProvider _time = Some.Clock();
    private readonly LaneCounters _counters = new();

    public LaneWatchTests() => _queue = new LaneQueue(_bench.Lane, e => Assert.Fail(e.Message));

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_lane_with_work_that_gets_nowhere_is_stuck_after_30_s()
    {
        var watch = Watch();
        _queue.Put(Some.Batch(1));

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
        _queue.Put(Some.Batch(1));
        Assert.Empty(LookAfter(watch, 5));
    }

    private LaneWatch Watch() => new([(_counters, _queue)], _time);

    private IReadOnlyList<int> LookAfter(LaneWatch watch, int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return watch.FindStuck();
    }
}
