using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What upstream acknowledged before a kill is not sent again, though it was still on disk.</summary>
public sealed class AcknowledgedIdsTests : IDisposable
{
    private const int Kept = 4095;

    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();

    private string LiveFile => _temp.File("acknowledged.live");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_last_ones_are_known_after_a_kill_and_after_the_next()
    {
        // Not disposed before the next look: a killed process does not either.
        using var first = Open();
        Assert.Empty(first.Before);
        for (var i = 0; i < Kept + 5; i++) first.Note($"event-{i}");
        using var second = Open();
        Assert.False(second.Has("event-4"));
        Assert.All(Enumerable.Range(5, Kept), i => Assert.True(second.Has($"event-{i}")));
        second.Note("event-new");
        using var third = Open();
        Assert.False(third.Has("event-5"));
        Assert.True(third.Has("event-6"));
        Assert.True(third.Has("event-new"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(65_536)]
    public void A_foreign_file_is_no_trouble(int bytes)
    {
        var foreign = new byte[bytes];
        new Random(bytes).NextBytes(foreign);
        File.WriteAllBytes(LiveFile, foreign);
        using var ids = Open();
        Assert.False(ids.Has("a"));
        ids.Note("a");
        using var again = Open();
        Assert.True(again.Has("a"));
    }

    [Fact]
    public void Nothing_is_noted_after_the_end()
    {
        var ids = Open();
        ids.Dispose();
        ids.Note("late");
        using var again = Open();
        Assert.False(again.Has("late"));
    }

    [Fact]
    public void An_event_that_was_acknowledged_and_is_still_on_disk_is_taken_off_at_the_start()
    {
        var file = _temp.File("outbox.db");
        using (var before = OutboxStore.Open(file, TimeProvider.System, _log))
            before.Commit([Some.Entry("a").At(1), Some.Entry("b").At(2), Some.Entry("c").At(3)], []);
        using (var ids = Open()) ids.Note("b");

        using var outbox = new EventOutbox(
            OutboxStore.Open(file, TimeProvider.System, _log), Some.OutboxOptions(), TimeProvider.System, _log, acknowledged: Open());
        Assert.Equal((2, 2), (outbox.Counters.Recovered, outbox.Counters.Owed));
        Assert.All(["a", "b", "c"], id => Assert.True(outbox.Has(id)));
        outbox.SetLink(true);
        var sent = new List<string>();
        Some.Until(() =>
        {
            while (outbox.Owed.TryRead(out var entry))
            {
                sent.Add(entry.Id);
                outbox.Acknowledge(entry);
            }
            return outbox.Counters.Owed == 0;
        }, "all delivered");
        Assert.Equal(["a", "c"], sent);
    }

    private AcknowledgedIds Open() => new(_temp.Path, _log);
}
