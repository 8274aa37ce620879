using System.Text.Json;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What the outbox may take of the disk and for how long it keeps events, and what it says of those that it gave up.</summary>
public sealed class OutboxBoundsTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void All_files_together_stay_below_the_size_and_the_oldest_make_room_and_are_counted()
    {
        using var bench = new OutboxBench(o => o.Size = 2 * MiB);
        var most = 0L;
        for (var i = 0; i < 4000; i++)
        {
            bench.Append($"{i:0000}", bytes: 1000 + i % 700);
            if (i % 50 == 0) most = Math.Max(most, StoreFiles.Bytes(bench.File));
        }
        Some.Until(() => bench.Counters.Stored == 4000, "all went through the disk");
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");

        Assert.InRange(Math.Max(most, StoreFiles.Bytes(bench.File)), MiB, 2 * MiB);
        var kept = bench.Rows();
        Assert.InRange(kept, 400, 1400);
        Assert.Equal(4000 - kept, bench.Counters.DroppedFull);
        bench.Outbox.SetLink(true);
        Assert.Equal($"{4000 - kept:0000}", bench.Take().Id);
    }

    [Fact]
    public void The_oldest_of_the_lowest_severity_gives_way_first()
    {
        using var bench = new OutboxBench(o => o.Size = 2 * MiB);
        for (var i = 0; i < 3000; i++)
            bench.Append($"{(Severity)(i % 3)}-{i:0000}", bytes: 1000, severity: (Severity)(i % 3));
        Some.Until(() => bench.Counters.Stored == 3000, "all went through the disk");
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");

        Assert.Equal(0, Count("severity = 0 AND sequence < 2500"));
        Assert.InRange(bench.Counters.DroppedOf(Severity.Info), 900, 1000);
        Assert.InRange(bench.Counters.DroppedOf(Severity.Warning), 500, 1000);
        Assert.Equal(1000 - Count("severity = 2"), bench.Counters.DroppedOf(Severity.Critical));
        Assert.InRange(Count("severity = 2"), 500, 1000);
        Assert.Equal(bench.Counters.Dropped, new[] { Severity.Info, Severity.Warning, Severity.Critical }.Sum(bench.Counters.DroppedOf));

        long Count(string where) => Convert.ToInt64(bench.Execute($"SELECT count(*) FROM outbox WHERE {where}"));
    }

    [Fact]
    public void An_outbox_that_may_not_drop_makes_the_input_wait_and_goes_on_when_there_is_room()
    {
        using var bench = new OutboxBench(o => (o.Size, o.Full) = (MiB, FullPolicy.Refuse));
        var released = new List<Func<bool>>();
        var appending = new Thread(() =>
        {
            for (var i = 0; i < 4000; i++)
                lock (released) released.Add(bench.Append($"{i}", bytes: 1000));
        });
        appending.Start();
        Some.Until(() => bench.Counters.IsFull, "the limit");
        Assert.False(appending.Join(1500));
        Assert.True(bench.Log.Contains("may not drop"));

        bench.Outbox.SetLink(true);
        var taken = new HashSet<string>();
        while (taken.Count < 4000)
        {
            var entry = bench.Take();
            taken.Add(entry.Id);
            bench.Outbox.Acknowledge(entry);
        }

        Assert.True(appending.Join(5000));
        Some.Until(() => bench.Counters.Owed == 0, "the end");
        Assert.Equal((4000, 0), (bench.Counters.Delivered, bench.Counters.Dropped));
        // Counted first, released then.
        Some.Until(() => released.All(r => r()), "the receipts");
    }

    [Fact]
    public void With_too_little_free_on_the_disk_it_stops_growing()
    {
        using var bench = new OutboxBench(o => o.Reserve = long.MaxValue);
        for (var i = 0; i < 4000; i++)
            bench.Append($"{i}", bytes: 1000);
        Some.Until(() => bench.Counters.Stored == 4000, "all went through the disk");
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");
        Assert.InRange(new FileInfo(bench.File).Length, MiB / 2, 2 * MiB);
        Assert.True(bench.Counters.DroppedFull > 2000);
    }

    [Fact]
    public void Each_severity_has_its_own_age_and_is_given_up_without_a_link()
    {
        var time = Some.Clock();
        using var bench = new OutboxBench(o =>
        {
            o.KeepOf[Severity.Info] = TimeSpan.FromHours(1);
            o.KeepOf[Severity.Critical] = TimeSpan.FromDays(30);
        }, time);
        foreach (var severity in Enum.GetValues<Severity>())
            bench.Append($"{severity}", createdTicks: Some.Start.UtcTicks, severity: severity);
        Some.Until(() => bench.Counters.Stored == 3, "all on disk");

        Advance(TimeSpan.FromHours(2));
        Some.Until(() => bench.Counters.DroppedExpired == 1, "the first");
        Advance(TimeSpan.FromDays(8));
        Some.Until(() => bench.Counters.DroppedExpired == 2, "the second");

        Assert.Equal(1, bench.Rows());
        Assert.Equal("Critical", bench.Execute("SELECT id FROM outbox"));

        void Advance(TimeSpan by)
        {
            time.Advance(by);
            // Wakes the outbox's thread, which sleeps by the real clock.
            bench.Outbox.SetLink(false);
        }
    }

    [Fact]
    public void Upstream_is_told_once_of_all_that_an_outage_cost_and_it_survives_a_restart()
    {
        using var bench = new OutboxBench(o => o.Keep = TimeSpan.FromHours(1));
        for (var i = 0; i < 300; i++)
            bench.Append($"old-{i}", createdTicks: DateTime.UtcNow.AddHours(-2 - i).Ticks, severity: (Severity)(i % 2));
        Some.Until(() => bench.Counters.Stored == 300, "all on disk");
        bench.Reopen();
        Some.Until(() => bench.Rows() == 0, "the drops");
        bench.Reopen();
        bench.Append("new");

        bench.Outbox.SetLink(true);

        OutboxItem[] taken = [bench.Take(), bench.Take()];
        var record = taken.Single(e => e.Id != "new");
        using var json = JsonDocument.Parse(record.Payload);
        Assert.Equal("io.edgeagent.events.dropped", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("anomalies/site/gw", record.Topic);
        var data = json.RootElement.GetProperty("data");
        Assert.Equal(300, data.GetProperty("count").GetInt32());
        Assert.Equal(
            [("expired", "info", 150), ("expired", "warning", 150)],
            data.GetProperty("dropped").EnumerateArray().Select(d =>
                (d.GetProperty("reason").GetString()!, d.GetProperty("severity").GetString()!, d.GetProperty("count").GetInt32())));
        Assert.True(data.GetProperty("first").GetDateTime() < DateTime.UtcNow.AddHours(-300));
        foreach (var entry in taken) bench.Outbox.Acknowledge(entry);
        Some.Until(() => bench.Counters.Owed == 0, "the books");
        bench.Reopen();
        bench.Outbox.SetLink(true);
        Thread.Sleep(100);
        Assert.False(bench.Outbox.Owed.TryRead(out _));
    }

    [Fact]
    public void A_drain_gives_the_space_back()
    {
        using var bench = new OutboxBench();
        for (var i = 0; i < 3000; i++)
            bench.Append($"{i}", bytes: 2000);
        Some.Until(() => bench.Counters.Stored == 3000, "all on disk");
        Assert.True(StoreFiles.Bytes(bench.File) > 6 * MiB);
        bench.Outbox.SetLink(true);
        for (var i = 0; i < 3000; i++)
            bench.Outbox.Acknowledge(bench.Take());

        Some.Until(() => StoreFiles.Bytes(bench.File) < 200_000, "a small file");
        Assert.Equal(0, new FileInfo(bench.File + "-wal").Length);
    }

    [Fact]
    public void Events_acknowledged_in_time_leave_every_file_as_it_was()
    {
        using var bench = new OutboxBench(o => o.GroupCommit = TimeSpan.FromMinutes(1));
        bench.Outbox.SetLink(true);
        var before = Contents();
        for (var i = 0; i < 500; i++)
        {
            bench.Append($"{i}", bytes: 1000);
            bench.Outbox.Acknowledge(bench.Take());
        }
        Some.Until(() => bench.Counters.Delivered == 500, "the deliveries");

        Assert.Equal(before, Contents());
        Assert.Equal(0, bench.Counters.Commits);

        string Contents() => string.Join(' ', new[] { "", "-wal" }.Select(s => bench.File + s).Select(f =>
        {
            using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return $"{stream.Length}:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream))}:{System.IO.File.GetLastWriteTimeUtc(f).Ticks}";
        }));
    }
}
