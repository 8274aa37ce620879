using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What a hub does not take now is kept in memory, so there is only so much of it.</summary>
public sealed class PutOffLimitTests
{
    [Fact]
    public async Task Behind_four_thousand_events_that_are_put_off_the_backlog_waits_and_fresh_ones_go_out()
    {
        const int Events = 5000, Limit = 4096;
        using var bench = new OutboxBench();
        for (var i = 0; i < Events; i++) bench.Append($"{i}-1");
        Some.Until(() => bench.Counters.Stored == Events, "the backlog on disk");
        bench.Outbox.SetLink(true);
        var putOff = 0;

        Some.Until(() => PutOffAll() >= Limit, "as many as are put off");
        // What had been offered by then is put off, too. Without the limit all would be within this time.
        for (var i = 0; i < 100; i++)
        {
            PutOffAll();
            await Task.Delay(20);
        }
        Assert.InRange(putOff, Limit, Limit + 300);

        bench.Append("alarm-1", severity: Severity.Critical);
        Assert.Equal("alarm-1", bench.Take().Entry.Id);
        Assert.Equal(Events + 1, bench.Counters.Owed);

        int PutOffAll()
        {
            while (bench.Outbox.Owed.TryRead(out var item))
            {
                bench.Outbox.PutOff(item, TimeSpan.FromHours(1));
                putOff++;
            }
            return putOff;
        }
    }
}
