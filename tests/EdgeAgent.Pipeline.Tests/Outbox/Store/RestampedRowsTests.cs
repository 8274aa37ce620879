using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox.Store;

/// <summary>A clock that is wrong over a restart, however often, gives up no event and keeps none for ever.</summary>
public sealed class RestampedRowsTests
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    private readonly SteppedClock _clock = new();

    [Fact]
    public void Where_the_clock_begins_in_1970_with_each_start_ages_go_on()
    {
        _clock.Step(DateTime.UnixEpoch - Some.Start.UtcDateTime);
        using var bench = Bench(isClockSynced: false);
        Append(bench, "a-1");
        for (var run = 1; run <= 3; run++)
        {
            _clock.Advance(TimeSpan.FromDays(2));
            Append(bench, $"b-{run}");
            bench.Reopen(() => _clock.Step(TimeSpan.FromDays(-2)));
            Assert.Equal((run + 1, 0), (bench.Counters.Owed, bench.Counters.Dropped));
        }
        _clock.Advance(TimeSpan.FromDays(1.1));
        Append(bench, "c-1");
        Some.Until(() => bench.Counters.DroppedExpired == 1, "the first is more than seven days old");
        Assert.Equal("b-1", bench.Execute("SELECT id FROM outbox ORDER BY sequence"));
    }

    [Theory]
    [InlineData(730)]
    [InlineData(7300)]
    public void What_a_run_with_its_clock_ahead_left_is_kept_for_its_time(int daysAhead)
    {
        _clock.Step(TimeSpan.FromDays(daysAhead));
        using var bench = Bench(isClockSynced: false);
        Append(bench, "a-1");
        bench.IsClockSynced = true;
        bench.Reopen(() => _clock.Step(TimeSpan.FromDays(-daysAhead)));
        IsGivenUpAfterItsTime(bench);
    }

    [Theory]
    [InlineData(730)]
    [InlineData(7300)]
    [InlineData(-730)]
    [InlineData(-7300)]
    public void A_run_with_a_wrong_clock_that_nobody_set_gives_nothing_up_nor_does_the_next(int days)
    {
        using var bench = Bench(isClockSynced: true);
        Append(bench, "a-1");
        bench.IsClockSynced = false;
        bench.Reopen(() => _clock.Step(TimeSpan.FromDays(days)));
        Rest(bench);
        Assert.Equal(0, bench.Counters.Dropped);
        bench.IsClockSynced = true;
        bench.Reopen(() => _clock.Step(TimeSpan.FromDays(-days)));
        IsGivenUpAfterItsTime(bench);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void The_time_that_the_machine_was_off_counts_where_its_clock_is_set(bool isSynced, int dropped)
    {
        using var bench = Bench(isClockSynced: true);
        Append(bench, "a-1");
        bench.IsClockSynced = isSynced;
        bench.Reopen(() => _clock.Advance(TimeSpan.FromDays(8)));
        Rest(bench);
        Assert.Equal(dropped, bench.Counters.DroppedExpired);
    }

    [Fact]
    public void Rows_keep_their_distance_and_their_check_sums_and_a_damaged_one_stays_as_it_is()
    {
        using var temp = new TempFolder();
        using var store = OutboxStore.Open(temp.File("outbox.db"), TimeProvider.System, new LogLines());
        var now = Some.Start.UtcTicks;
        var day = TimeSpan.TicksPerDay;
        store.Commit(Enumerable.Range(1, 1000).Select(i => Some.Entry($"e{i}", createdTicks: now + 500 * day + i, bytes: 300).At(i)), []);
        store.Commit([Some.Entry("right", createdTicks: now - day).At(1001)], []);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={temp.File("outbox.db")};Pooling=False"))
        {
            connection.Open();
            OutboxSchema.Execute(connection, "UPDATE outbox SET topic = 'another' WHERE sequence = 7");
        }
        Assert.Equal(999, store.Restamp(now, isClockSynced: true, TimeSpan.FromMinutes(1)));
        var rows = store.ReadAfter(0, 2000);
        Assert.Equal(1000, rows.Count);
        Assert.All(rows.SkipLast(1), r => Assert.Equal(now - 1000 + r.Sequence, r.CreatedTicks));
        Assert.Equal(now - day, rows[^1].CreatedTicks);
        Assert.Equal(0, store.Restamp(now, isClockSynced: true, TimeSpan.FromMinutes(1)));
    }

    private void IsGivenUpAfterItsTime(OutboxBench bench)
    {
        _clock.Advance(TimeSpan.FromDays(6.9));
        bench.Reopen();
        Rest(bench);
        Assert.Equal((1, 0), (bench.Counters.Owed, bench.Counters.Dropped));
        bench.Reopen(() => _clock.Advance(TimeSpan.FromDays(0.2)));
        Some.Until(() => bench.Counters.DroppedExpired == 1, "its time is over");
    }

    private OutboxBench Bench(bool isClockSynced) =>
        new(o => (o.Keep, o.GroupCommit) = (Keep, TimeSpan.FromHours(1)), _clock) { IsClockSynced = isClockSynced };

    private static void Append(OutboxBench bench, string id)
    {
        var before = bench.Counters.Stored;
        bench.Append(id, createdTicks: bench.Outbox.Clock.Ticks);
        Some.Until(() => bench.Counters.Stored == before + 1, "the commit");
    }

    /// <summary>The outbox has looked for what is too old: it does so at once after a start.</summary>
    private static void Rest(OutboxBench bench)
    {
        // The second answer comes in a later turn, so that the first turn has been to its end.
        bench.Outbox.AskAsync().Wait();
        bench.Outbox.AskAsync().Wait();
    }
}
