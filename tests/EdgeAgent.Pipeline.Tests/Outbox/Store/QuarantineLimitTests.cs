using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Tests.Outbox.Store;

public sealed class QuarantineLimitTests
{
    [Fact]
    public async Task The_newest_thousand_are_kept_and_all_that_were_refused_are_counted()
    {
        const int refused = StoreChange.QuarantineLimit + 7;
        using var bench = new OutboxBench(o => o.GroupCommit = TimeSpan.FromMinutes(1), tellsDrops: false);
        bench.Outbox.SetLink(true);
        for (var i = 0; i < refused; i++)
        {
            bench.Append($"{i}-1");
            bench.Outbox.Refuse(bench.Take(), "no");
        }
        Some.Until(() => bench.Counters.DroppedRefused == refused, "the refusals", 60);

        var kept = bench.Quarantined().Select(r => r.Entry!.Id).ToHashSet();
        Assert.Equal(Enumerable.Range(7, StoreChange.QuarantineLimit).Select(i => $"{i}-1").ToHashSet(), kept);
        Assert.Equal((0, 0), (bench.Counters.Owed, bench.Rows()));

        Assert.Equal(StoreChange.QuarantineLimit, await bench.Outbox.ReplayAsync());
        Assert.Equal("7-1", bench.Take().Id);
        Assert.Equal((StoreChange.QuarantineLimit, StoreChange.QuarantineLimit), (bench.Counters.Owed, bench.Rows()));
    }
}
