using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests.Ingest;

public class LaneInboxTests
{
    [Fact]
    public void Errands_run_on_the_thread_that_takes()
    {
        var inbox = new LaneInbox();
        var ranOn = 0;
        Assert.True(inbox.TryPost(() => ranOn = Environment.CurrentManagedThreadId));
        inbox.Put(Batch(3));
        Assert.Equal(0, ranOn);

        var lane = 0;
        var thread = new Thread(() =>
        {
            lane = Environment.CurrentManagedThreadId;
            Assert.True(inbox.TryTake(out var batch));
            Assert.Equal(3, batch.Count);
        });
        thread.Start();
        thread.Join();

        Assert.Equal(lane, ranOn);
    }

    [Fact]
    public void An_errand_wakes_a_lane_that_waits()
    {
        var inbox = new LaneInbox();
        using var ran = new ManualResetEventSlim();
        var thread = new Thread(() => inbox.TryTake(out _)) { IsBackground = true };
        thread.Start();

        Assert.True(inbox.TryPost(ran.Set));

        Assert.True(ran.Wait(TimeSpan.FromSeconds(8)));
        inbox.Complete();
        thread.Join();
    }

    [Fact]
    public void A_lane_that_has_stopped_or_is_stuck_takes_no_errands()
    {
        var inbox = new LaneInbox();
        for (var i = 0; i < 64; i++)
            Assert.True(inbox.TryPost(() => { }));
        Assert.False(inbox.TryPost(() => { }));

        var stopped = new LaneInbox();
        stopped.Complete();
        Assert.False(stopped.TryPost(() => { }));
    }

    [Fact]
    public void Messages_count_until_the_lane_comes_for_more()
    {
        var inbox = new LaneInbox();
        inbox.Put(Batch(2));
        inbox.Put(Batch(3));
        Assert.Equal(5, inbox.Messages);
        inbox.TryTake(out _);
        Assert.Equal(5, inbox.Messages);
        inbox.TryTake(out _);
        Assert.Equal(3, inbox.Messages);
        Assert.True(inbox.HasWork);
        inbox.Complete();
        Assert.False(inbox.TryTake(out _));
        Assert.Equal(0, inbox.Messages);
        Assert.False(inbox.HasWork);
    }

    private static MessageBatch Batch(int messages)
    {
        var batch = LaneBench.NewBatch();
        for (var i = 0; i < messages; i++)
            batch.Add(new Device("pump", 0, 0), [1], 0);
        return batch;
    }
}
