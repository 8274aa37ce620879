using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>Fresh critical events before the backlog, and nothing before what it follows (promise 5).</summary>
public sealed class SendOrderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(50)]
    [InlineData(3000)]
    public void A_new_critical_event_goes_out_ahead_of_a_backlog_in_memory_or_on_disk(int backlog)
    {
        using var bench = new OutboxBench();
        for (var i = 0; i < backlog; i++)
            bench.Append($"{i}-1");
        Some.Until(() => bench.Counters.Stored == backlog, "the backlog on disk");
        bench.Outbox.SetLink(true);
        var first = bench.Take();

        bench.Append("alarm-1", severity: Severity.Critical);
        bench.Append("other-1", severity: Severity.Warning);
        Some.Until(() => bench.Outbox.Owed.TryRead(out var fresh, isFreshOnly: true)
            && Acknowledged(bench, fresh) == "alarm-1", "the alarm");

        // All the rest comes in order, and the alarm, whose row lay among it, does not come again.
        Assert.Equal("0-1", Acknowledged(bench, first));
        for (var i = 1; i < backlog; i++)
            Assert.Equal($"{i}-1", Acknowledged(bench, bench.Take()));
        Assert.Equal("other-1", Acknowledged(bench, bench.Take()));
        Some.Until(() => bench.Counters.Owed == 0, "the books");
        Assert.Equal(backlog + 2, bench.Counters.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_critical_report_does_not_overtake_an_owed_report_of_its_own_anomaly(bool restarts)
    {
        using var bench = new OutboxBench();
        for (var i = 0; i < 20; i++)
            bench.Append($"{i}-1");
        bench.Append("slow-1");
        Some.Until(() => bench.Counters.Stored == 21, "the backlog on disk");
        if (restarts) bench.Reopen();
        bench.Outbox.SetLink(true);
        bench.Append("slow-2", severity: Severity.Critical);
        bench.Append("quick-1", severity: Severity.Critical);
        bench.Append("quick-2", severity: Severity.Critical);

        var taken = new List<string>();
        Some.Until(() => bench.Outbox.Owed.TryRead(out var e, isFreshOnly: true)
            && Add(taken, e) == 2, "the two that nothing stands in the way of");
        Assert.Equal(["quick-1", "quick-2"], taken);
        while (taken.Count < 24) Add(taken, bench.Take());
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"{i}-1"), "slow-1", "slow-2"], taken[2..]);
    }

    [Fact]
    public void Once_the_earlier_report_is_delivered_a_critical_one_of_the_same_anomaly_goes_ahead_again()
    {
        using var bench = new OutboxBench();
        bench.Append("slow-1");
        for (var i = 0; i < 50; i++)
            bench.Append($"{i}-1");
        Some.Until(() => bench.Counters.Stored == 51, "the backlog on disk");
        bench.Outbox.SetLink(true);
        Assert.Equal("slow-1", Acknowledged(bench, bench.Take()));
        Some.Until(() => bench.Counters.Delivered == 1, "the first");

        bench.Append("slow-2", severity: Severity.Critical);

        Some.Until(() => bench.Outbox.Owed.TryRead(out var fresh, isFreshOnly: true)
            && fresh.Id == "slow-2", "it goes ahead of the backlog");
    }

    [Fact]
    public void Before_there_is_a_link_nothing_is_fresh()
    {
        using var bench = new OutboxBench();
        bench.Append("a-1");
        bench.Append("b-1", severity: Severity.Critical);
        Some.Until(() => bench.Counters.Stored == 2, "both on disk");
        bench.Outbox.SetLink(true);
        Assert.Equal(["a-1", "b-1"], [bench.Take().Id, bench.Take().Id]);
    }

    [Fact]
    public void A_later_report_waits_with_one_that_is_put_off_and_others_go_on()
    {
        var time = Some.Clock();
        using var bench = new OutboxBench(o => o.InFlightLimit = 1, time);
        foreach (var id in new[] { "a-1", "a-2", "b-1", "a-3" })
            bench.Append(id, createdTicks: time.GetUtcNow().UtcTicks);
        Some.Until(() => bench.Counters.Stored == 4, "all on disk");
        bench.Outbox.SetLink(true);
        var first = bench.Take();
        bench.Outbox.PutOff(first, TimeSpan.FromSeconds(30));
        // The lane to the sender holds one more by now.
        var second = bench.Take();
        bench.Outbox.Return(second);

        Assert.Equal("b-1", Acknowledged(bench, bench.Take()));
        Thread.Sleep(50);
        Assert.False(bench.Outbox.Owed.TryRead(out _));
        time.Advance(TimeSpan.FromSeconds(31));
        bench.Outbox.SetLink(true);

        foreach (var id in new[] { "a-1", "a-2", "a-3" })
            Assert.Equal(id, Acknowledged(bench, bench.Take()));
    }

    [Fact]
    public void A_backlog_drains_no_faster_than_it_may_and_what_is_fresh_does_not_wait_for_it()
    {
        var time = Some.Clock();
        using var bench = new OutboxBench(o => (o.BacklogRate, o.GroupCommit) = (10, TimeSpan.FromHours(1)), time);
        for (var i = 0; i < 60; i++)
            bench.Append($"{i}-1", createdTicks: time.GetUtcNow().UtcTicks);
        Some.Until(() => bench.Counters.Stored == 60, "the backlog on disk");
        bench.Outbox.SetLink(true);
        var taken = 0;
        for (var tenth = 1; tenth <= 30; tenth++)
        {
            Some.Until(() => { while (bench.Outbox.Owed.TryRead(out _)) taken++; return taken >= tenth; }, "10 a second");
            Thread.Sleep(5);
            while (bench.Outbox.Owed.TryRead(out _)) taken++;
            Assert.Equal(tenth, taken);
            time.Advance(TimeSpan.FromSeconds(0.1));
            bench.Outbox.SetLink(true);
        }
        bench.Append("alarm-1", severity: Severity.Critical, createdTicks: time.GetUtcNow().UtcTicks);
        Some.Until(() => bench.Outbox.Owed.TryRead(out var e, isFreshOnly: true) && e.Id == "alarm-1", "the alarm");
    }

    [Fact]
    public void Whatever_happens_each_lane_is_in_order_and_no_report_comes_before_an_earlier_one_of_its_anomaly()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        for (var round = 0; round < 8; round++)
            PlayOne(new Random(seed + round));
    }

    private static void PlayOne(Random random)
    {
        using var bench = new OutboxBench(o => (o.InFlightLimit, o.GroupCommit) = (6, TimeSpan.FromMilliseconds(2)));
        var reports = new Dictionary<int, int>();
        var (delivered, appended, isUp) = (new Dictionary<string, int>(), 0, false);
        var underWay = new List<OutboxItem>();
        for (var step = 0; step < 3000; step++)
        {
            switch (random.Next(100))
            {
                case < 45:
                    var anomaly = random.Next(40);
                    var number = reports[anomaly] = reports.GetValueOrDefault(anomaly) + 1;
                    bench.Append($"{anomaly}-{number}", severity: random.Next(4) == 0 ? Severity.Critical : Severity.Warning);
                    appended++;
                    break;
                case < 80 when isUp:
                    if (!bench.Outbox.Owed.TryRead(out var taken, isFreshOnly: underWay.Count > 4)) break;
                    var (name, report) = (taken.Id.Split('-')[0], int.Parse(taken.Id.Split('-')[1]));
                    // What is under way counts: the wire keeps its order.
                    var before = underWay.Where(e => e.Id.StartsWith(name + "-", StringComparison.Ordinal))
                        .Select(e => int.Parse(e.Id.Split('-')[1])).DefaultIfEmpty(delivered.GetValueOrDefault(name)).Max();
                    Assert.Equal(before + 1, report);
                    underWay.Add(taken);
                    break;
                case < 96 when underWay.Count > 0:
                    Settle();
                    break;
                case 96 when isUp:
                    // A session's end: all that is under way, or waits for its turn, goes back.
                    bench.Outbox.SetLink(isUp = false);
                    Thread.Sleep(3);
                    while (bench.Outbox.Owed.TryRead(out var waiting)) underWay.Add(waiting);
                    foreach (var entry in underWay) bench.Outbox.Return(entry);
                    underWay.Clear();
                    Thread.Sleep(random.Next(4));
                    break;
                case 97 when !isUp:
                    bench.Outbox.SetLink(isUp = true);
                    break;
            }
        }
        bench.Outbox.SetLink(true);
        while (underWay.Count > 0) Settle();
        var left = appended - delivered.Values.Sum();
        for (; left > 0; left--)
        {
            underWay.Add(bench.Take());
            Settle();
        }
        Some.Until(() => bench.Counters.Owed == 0, "the books");

        void Settle()
        {
            var entry = underWay[0];
            underWay.RemoveAt(0);
            var name = entry.Id.Split('-')[0];
            Assert.Equal(delivered.GetValueOrDefault(name) + 1, int.Parse(entry.Id.Split('-')[1]));
            delivered[name] = delivered.GetValueOrDefault(name) + 1;
            bench.Outbox.Acknowledge(entry);
        }
    }

    private static int Add(List<string> taken, OutboxItem entry)
    {
        taken.Add(entry.Id);
        return taken.Count;
    }

    private static string Acknowledged(OutboxBench bench, OutboxItem entry)
    {
        bench.Outbox.Acknowledge(entry);
        return entry.Id;
    }
}
