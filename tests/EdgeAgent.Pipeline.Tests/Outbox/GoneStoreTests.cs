using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>Somebody deletes the store's files, or puts others in their place, while the agent uses them.</summary>
public sealed class GoneStoreTests
{
    [Theory]
    [InlineData("all of it", "rm {0}/outbox.db*")]
    [InlineData("the database", "rm {0}/outbox.db")]
    [InlineData("the log", "rm {0}/outbox.db-wal")]
    [InlineData("the index of the log", "rm {0}/outbox.db-shm")]
    [InlineData("the folder", "rm -r {0}")]
    [InlineData("moved, and another put there", "mkdir {0}/old; mv {0}/outbox.db* {0}/old; echo other > {0}/outbox.db")]
    public void What_was_owed_and_what_comes_is_on_disk_whatever_was_taken_away(string what, string command)
    {
        using var bench = new OutboxBench();
        Append(bench, 0, 3);
        Some.Until(() => bench.Counters.Stored == 3, "the first");

        Shell(bench, command);
        Append(bench, 3, 6);

        Some.Until(() => Ids(bench).SequenceEqual(Expected(6)), $"{what}: {string.Join(' ', Ids(bench))}");
        Assert.True(bench.Log.Contains("Find out who deletes files there"));
        Some.Until(() => bench.Counters is { StoreGoneTicks: > 0, OnDisk: 6 }, "the counters, when the commit is over");
        Assert.Equal((6L, 0L), (bench.Counters.Owed, bench.Counters.Dropped));
        bench.Reopen();
        Assert.Equal(6, bench.Counters.Recovered);
    }

    [Fact]
    public void What_is_owed_is_written_again_though_nothing_more_comes()
    {
        using var bench = new OutboxBench();
        Append(bench, 0, 3);
        Some.Until(() => bench.Counters.Stored == 3, "the first");

        Shell(bench, "rm {0}/outbox.db*");

        Some.Until(() => Ids(bench).SequenceEqual(Expected(3)), "written again");
    }

    [Fact]
    public void Where_no_new_store_can_be_made_it_is_a_disk_that_refuses_and_what_was_read_is_still_delivered()
    {
        using var bench = new OutboxBench();
        Append(bench, 0, 3);
        Some.Until(() => bench.Counters.Stored == 3, "the first");
        Shell(bench, "rm -r {0}; touch {0}");
        var isReleased = bench.Append("id-3");
        Some.Until(() => bench.Counters.IsDiskRefusing, "the refusal");
        Assert.False(isReleased());

        Shell(bench, "rm {0}");

        Some.Until(() => !bench.Counters.IsDiskRefusing && Ids(bench).SequenceEqual(Expected(4)), "written again", 20);
        Assert.True(isReleased());
        bench.Outbox.SetLink(true);
        for (var i = 0; i < 4; i++)
        {
            var item = bench.Take();
            Assert.Equal($"id-{i}", item.Entry.Id);
            bench.Outbox.Acknowledge(item);
        }
        Some.Until(() => bench.Counters.Owed == 0, "the books");
    }

    [Fact]
    public void It_is_a_trouble_for_an_hour_that_says_what_to_do()
    {
        var now = Some.Start;
        var counters = new OutboxCounters { StoreGoneTicks = now.AddMinutes(-59).UtcTicks };
        var trouble = Assert.Single(OutboxTroubles.Find(counters, isInputWaiting: false, "/var/lib/x", now));
        Assert.Contains("took the outbox's files away", trouble.Text);
        Assert.Contains("/var/lib/x", trouble.Remedy);
        Assert.Empty(OutboxTroubles.Find(counters, isInputWaiting: false, "/var/lib/x", now.AddMinutes(2)));
    }

    private static void Append(OutboxBench bench, int from, int to)
    {
        for (var i = from; i < to; i++) bench.Append($"id-{i}");
    }

    private static IEnumerable<string> Expected(int count) => Enumerable.Range(0, count).Select(i => $"id-{i}");

    /// <summary>What a start after a kill would find.</summary>
    private static List<string> Ids(OutboxBench bench)
    {
        try
        {
            using var reader = new OutboxReader(bench.File);
            return [.. reader.Rows(isQuarantined: false).Select(r => r.Entry!.Id)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void Shell(OutboxBench bench, string command) => Salvage.PowerCutTests.Sh(
        command.Replace("{0}", Path.GetDirectoryName(bench.File), StringComparison.Ordinal));
}
