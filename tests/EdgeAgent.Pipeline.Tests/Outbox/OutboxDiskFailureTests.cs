namespace EdgeAgent.Pipeline.Tests.Outbox;

public sealed class OutboxDiskFailureTests
{
    [Fact]
    public void While_the_disk_refuses_nothing_is_released_and_the_lanes_wait_in_the_end()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        var released = new List<Func<bool>>();
        var appending = new Thread(() =>
        {
            for (var i = 0; i < 2000; i++)
                lock (released)
                    released.Add(bench.Append($"{i}"));
        });
        appending.Start();
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        // A group, what waits behind it, and the one whose lane is held: all of them owed from the moment they are handed over.
        Some.Until(() => bench.Counters.Appended >= 256 + 1024 + 1, "as many as memory may hold");
        Assert.False(appending.Join(200));
        Assert.Equal(256 + 1024 + 1, bench.Counters.Appended);
        Assert.Equal(bench.Counters.Appended, bench.Counters.Owed);

        bench.MendDisk();

        Assert.True(appending.Join(5000));
        Some.Until(() => bench.Counters.Stored == 2000, "all on disk");
        Assert.All(released, isReleased => Assert.True(isReleased()));
        Assert.Equal(2000, bench.Rows());
        Assert.True(bench.Log.Contains("disk full"));
    }

    [Fact]
    public void A_full_group_before_a_failing_disk_costs_no_processor_time()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        for (var i = 0; i < 1000; i++)
            bench.Append($"{i}");
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        Thread.Sleep(50);
        var before = bench.Outbox.Turns;

        Thread.Sleep(200);

        Assert.InRange(bench.Outbox.Turns - before, 0, 20);
    }

    [Fact]
    public void Events_go_out_while_the_disk_refuses_and_are_safe_by_that()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        bench.Outbox.SetLink(true);
        for (var i = 0; i < 600; i++)
        {
            var isReleased = bench.Append($"{i}");
            if (i == 0) Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
            bench.Outbox.Acknowledge(bench.Take());
            Some.Until(isReleased, "the receipt");
        }
        Assert.Equal((600, 0, 0), (bench.Counters.Delivered, bench.Counters.Stored, bench.Counters.Owed));
    }

    [Fact]
    public void A_disk_that_refuses_does_not_hold_up_the_stop()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        var isReleased = bench.Append("a");
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        var stop = new Thread(bench.Outbox.Stop);
        stop.Start();
        Assert.True(stop.Join(5000));
        Assert.False(isReleased());
    }

    [Fact]
    public void A_stop_right_after_a_failure_tries_once_more()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        var isReleased = bench.Append("a");
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        bench.MendDisk();

        bench.Outbox.Stop();

        Assert.True(isReleased());
        Assert.Equal(1, bench.Rows());
    }

    [Fact]
    public void Owed_events_that_cannot_be_read_back_stay_owed_and_come_when_they_can()
    {
        using var bench = new OutboxBench();
        bench.Append("a");
        bench.Outbox.Stop();
        bench.Reopen();
        Some.Until(() => bench.Counters.Recovered == 1, "the recovery");
        for (var i = 0; i < 2000; i++)
            bench.Append($"{i}");
        Some.Until(() => bench.Counters.Stored == 2000, "all on disk");
        bench.Execute("ALTER TABLE outbox RENAME TO hidden");
        bench.Outbox.SetLink(true);
        Assert.Equal("a", bench.Take().Id);
        Some.Until(() =>
        {
            if (bench.Outbox.Owed.TryRead(out var inMemory)) bench.Outbox.Acknowledge(inMemory);
            return bench.Log.Contains("cannot be read back");
        }, "the failed read");

        bench.Execute("ALTER TABLE hidden RENAME TO outbox");

        var last = "";
        while (last != "1999")
        {
            var entry = bench.Take();
            last = entry.Id;
            bench.Outbox.Acknowledge(entry);
        }
    }
}
