using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What is remembered of owed anomalies is bounded, and forgotten with what the bounds of the outbox give up.</summary>
public sealed class OwedAnomaliesTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void A_long_outage_leaves_no_memory_of_anomalies_whose_reports_made_room()
    {
        using var bench = new OutboxBench(o => o.Size = 2 * MiB, tellsDrops: false);
        for (var i = 0; i < 6000; i++)
            bench.Append($"{i}-1", bytes: 1000);
        AtRest(bench, 6000);
        Assert.True(bench.Counters.DroppedFull > 3000, $"{bench.Counters.DroppedFull} dropped");

        Assert.Equal(bench.Rows(), bench.Outbox.AnomaliesOwed);
    }

    [Fact]
    public void A_critical_report_whose_earlier_ones_were_all_given_up_goes_ahead_of_the_backlog()
    {
        using var bench = new OutboxBench(o => o.Size = 2 * MiB, tellsDrops: false);
        bench.Append("gone-1", severity: Severity.Info);
        for (var i = 0; i < 3000; i++)
            bench.Append($"{i}-1", bytes: 1000);
        AtRest(bench, 3001);
        Assert.Equal(0L, bench.Execute("SELECT count(*) FROM outbox WHERE id = 'gone-1'"));
        bench.Outbox.SetLink(true);
        bench.Take();

        bench.Append("gone-2", severity: Severity.Critical);

        Some.Until(() => bench.Outbox.Owed.TryRead(out var fresh, isFreshOnly: true) && fresh.Id == "gone-2", "it goes ahead");
    }

    [Fact]
    public async Task A_fresh_report_that_is_given_up_lets_no_other_overtake_the_one_that_waits()
    {
        using var bench = new OutboxBench(o => o.InFlightLimit = 4, tellsDrops: false);
        bench.Outbox.SetLink(true);
        for (var i = 0; i < 20; i++)
            bench.Append($"{i}-1");
        bench.Append("a-1", severity: Severity.Critical);
        bench.Append("a-2", severity: Severity.Warning);
        Some.Until(() => bench.Counters.Stored == 22, "all on disk");

        Assert.Equal(1, await bench.Outbox.PurgeAsync(Severity.Critical, TimeSpan.Zero));
        bench.Append("a-3", severity: Severity.Critical);
        bench.Append("b-1", severity: Severity.Critical);

        var taken = new List<string>();
        while (!taken.Contains("a-3"))
        {
            var entry = bench.Take();
            taken.Add(entry.Id);
            bench.Outbox.Acknowledge(entry);
        }
        taken.Remove("a-1");
        Assert.Equal(["a-2", "a-3"], taken.Where(id => id[0] == 'a'));
    }

    [Fact]
    public void Scores_of_windows_are_not_remembered_for_nothing_follows_them()
    {
        using var bench = new OutboxBench();
        for (var i = 0; i < 3000; i++)
            bench.Append($"s{i:x32}");
        Some.Until(() => bench.Counters.Stored == 3000, "all on disk");
        Assert.Equal(0, bench.Outbox.AnomaliesOwed);
        bench.Reopen();
        Assert.Equal(0, bench.Outbox.AnomaliesOwed);

        bench.Outbox.SetLink(true);
        bench.Append("alarm-1", severity: Severity.Critical);
        Some.Until(() => bench.Outbox.Owed.TryRead(out var fresh, isFreshOnly: true) && fresh.Id == "alarm-1", "the alarm");
    }

    [Fact]
    public void Beyond_the_limit_all_keep_the_order_until_nothing_is_owed()
    {
        var owed = new OwedAnomalies();
        for (var i = 0; i < OwedAnomalies.Limit; i++)
            owed.Add($"{i}-1");
        Assert.Equal(OwedAnomalies.Limit, owed.Count);
        Assert.False(owed.Has(OwedAnomalies.KeyOf("new-1")));

        for (var i = 0; i < 10; i++) owed.Add($"more{i}-1");

        Assert.Equal(0, owed.Count);
        Assert.True(owed.Has(OwedAnomalies.KeyOf("new-1")));
        owed.Clear();
        Assert.False(owed.Has(OwedAnomalies.KeyOf("new-1")));
    }

    private static void AtRest(OutboxBench bench, int count)
    {
        Some.Until(() => bench.Counters.Stored == count, "all went through the disk", 30);
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");
    }
}
