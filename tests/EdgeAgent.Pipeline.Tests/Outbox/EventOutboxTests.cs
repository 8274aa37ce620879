using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Tests.Outbox;

public sealed class EventOutboxTests
{
    [Fact]
    public void An_event_that_is_acknowledged_in_time_never_touches_the_disk()
    {
        using var bench = new OutboxBench(o => o.GroupCommit = TimeSpan.FromMinutes(1));
        bench.Outbox.SetLink(true);
        var isReleased = bench.Append("a");

        var entry = bench.Take();
        Assert.False(isReleased());
        bench.Outbox.Acknowledge(entry);

        Some.Until(isReleased, "the receipt");
        bench.Outbox.Stop();
        Assert.Equal((0, 0, 1, 0), (bench.Counters.Stored, bench.Rows(), bench.Counters.Delivered, bench.Counters.Owed));
    }

    [Fact]
    public void Each_event_has_its_whole_time_for_its_acknowledgement()
    {
        var time = Some.Clock();
        using var bench = new OutboxBench(o => o.GroupCommit = TimeSpan.FromSeconds(20), time);
        bench.Outbox.SetLink(true);
        // One event every 12 s, acknowledged 8 s later: at 20 s after the first, the second has waited for 8 s only.
        var first = Take("a");
        Advance(8);
        bench.Outbox.Acknowledge(first);
        Advance(4);
        var second = Take("b");
        Advance(9);
        bench.Outbox.Return(second);
        bench.Take();
        Assert.Equal(0, bench.Counters.Stored);

        Advance(12);

        Some.Until(() => bench.Counters.Stored == 1, "the commit when its own time was over");

        OutboxItem Take(string id)
        {
            bench.Append(id);
            return bench.Take();
        }

        void Advance(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            // Wakes the outbox's thread, which sleeps by the real clock.
            bench.Outbox.SetLink(true);
            Thread.Sleep(30);
        }
    }

    [Fact]
    public void An_event_that_is_not_acknowledged_in_time_is_committed_and_then_removed()
    {
        using var bench = new OutboxBench();
        bench.Outbox.SetLink(true);
        var isReleased = bench.Append("a");
        var entry = bench.Take();

        Some.Until(isReleased, "the receipt");
        Assert.Equal(1, bench.Rows());
        bench.Outbox.Acknowledge(entry);

        Some.Until(() => bench.Rows() == 0, "the removal");
        Some.Until(() => bench.Counters is { Delivered: 1, StoredBytes: 0 }, "the books");
    }

    [Fact]
    public void Without_a_link_an_event_is_committed_at_once_and_its_reading_acknowledged_after_it()
    {
        using var bench = new OutboxBench(o => o.GroupCommit = TimeSpan.FromHours(1));
        bench.BreakDisk();
        var isReleased = bench.Append("a");
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        Assert.False(isReleased());
        Assert.False(bench.Outbox.Owed.TryRead(out _));

        bench.MendDisk();

        Some.Until(isReleased, "the receipt after the commit");
        Assert.Equal(1, bench.Rows());
    }

    [Fact]
    public void What_was_owed_is_owed_after_a_restart_under_the_same_id()
    {
        using var bench = new OutboxBench();
        bench.Append("a", bytes: 33);
        bench.Append("b");

        bench.Reopen();
        bench.Outbox.SetLink(true);

        Assert.Equal(2, bench.Counters.Recovered);
        var entry = bench.Take();
        Assert.Equal(("a", 33), (entry.Id, entry.Payload.Length));
        Assert.Equal("b", bench.Take().Id);
    }

    [Fact]
    public void What_was_acknowledged_is_not_sent_again_after_a_restart()
    {
        using var bench = new OutboxBench();
        bench.Append("a");
        bench.Append("b");
        Some.Until(() => bench.Counters.Stored == 2, "both on disk");
        bench.Outbox.SetLink(true);
        bench.Outbox.Acknowledge(bench.Take());
        bench.Outbox.Stop();

        bench.Reopen();
        bench.Outbox.SetLink(true);

        Assert.Equal("b", bench.Take().Id);
        Assert.Equal(1, bench.Counters.Recovered);
    }

    [Fact]
    public void Order_is_kept_after_returns()
    {
        using var bench = new OutboxBench(o => o.InFlightLimit = 4);
        bench.Outbox.SetLink(true);
        for (var i = 0; i < 10; i++)
            bench.Append($"{i}");
        OutboxItem[] taken = [bench.Take(), bench.Take(), bench.Take()];
        bench.Outbox.SetLink(false);
        Some.Until(() => bench.Counters.Stored == 10, "all on disk");
        var rest = new List<OutboxItem>();
        while (bench.Outbox.Owed.TryRead(out var entry)) rest.Add(entry);
        foreach (var entry in rest.Concat(taken.Reverse()))
            bench.Outbox.Return(entry);
        Thread.Sleep(30);

        bench.Outbox.SetLink(true);

        for (var i = 0; i < 10; i++)
        {
            var entry = bench.Take();
            Assert.Equal($"{i}", entry.Id);
            bench.Outbox.Acknowledge(entry);
        }
    }

    [Fact]
    public void More_than_memory_holds_spills_to_disk_and_comes_back_in_order()
    {
        const int count = 3000;
        using var bench = new OutboxBench();
        for (var i = 0; i < count; i++)
            bench.Append($"{i}");
        Some.Until(() => bench.Counters.Stored == count, "all on disk");

        bench.Outbox.SetLink(true);

        for (var i = 0; i < count; i++)
        {
            var entry = bench.Take();
            Assert.Equal($"{i}", entry.Id);
            bench.Outbox.Acknowledge(entry);
            if (i == 1500) bench.Append($"{count}");
        }
        Assert.Equal($"{count}", bench.Take().Id);
        Some.Until(() => bench.Counters.Delivered == count, "the books");
        Assert.Equal(1, bench.Counters.Owed);
    }

    [Fact]
    public void An_event_whose_time_is_over_is_given_up_and_counted()
    {
        using var bench = new OutboxBench(o => o.Keep = TimeSpan.FromHours(1));
        bench.Append("old", createdTicks: DateTime.UtcNow.AddHours(-2).Ticks);
        bench.Append("new");
        Some.Until(() => bench.Counters.Stored == 2, "both on disk");

        bench.Outbox.SetLink(true);

        Assert.Equal("new", bench.Take().Id);
        // What takes its place is the record of the drop.
        Assert.Equal("io.edgeagent.events.dropped",
            System.Text.Json.JsonDocument.Parse(bench.Take().Payload).RootElement.GetProperty("type").GetString());
        Assert.Equal((1, 2), (bench.Counters.DroppedExpired, bench.Counters.Owed));
        Assert.Equal(0L, bench.Execute("SELECT count(*) FROM outbox WHERE id = 'old'"));
    }

    [Fact]
    public void What_upstream_refuses_for_ever_is_dropped_and_counted()
    {
        using var bench = new OutboxBench(tellsDrops: false);
        bench.Outbox.SetLink(true);
        var isReleased = bench.Append("a");
        bench.Outbox.Refuse(bench.Take(), "no");
        Some.Until(isReleased, "the receipt");
        Assert.Equal((1, 0), (bench.Counters.DroppedRefused, bench.Counters.Owed));
    }
}
