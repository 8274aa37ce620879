using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What is on disk is looked for again only where rows were lost.</summary>
public sealed class DiskAccountingTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Whether_an_item_has_its_row_is_asked_only_after_rows_were_lost(int lost, bool isTakenOnTrust)
    {
        using var store = OutboxStore.Open(_temp.File("outbox.db"), TimeProvider.System, new LogLines());
        store.Commit(Enumerable.Range(1, 3).Select(i => Some.Entry($"id-{i}").At(i)), []);
        var counters = new OutboxCounters { OnDisk = 3 + lost };
        var disk = new DiskAccounting(
            store, counters, new DropRecords(counters, TimeProvider.System), new DeviceShares(store), TimeProvider.System);
        store.HasLost = true;
        disk.SettleDamage();
        Assert.Equal((3L, (long)lost, false), (counters.OnDisk, counters.DroppedDamaged, disk.HasDamage));

        // Only who asks the disk finds out that this one is gone.
        store.Commit([], [2]);

        Assert.Equal(isTakenOnTrust, disk.CountOff(new OutboxItem(Some.Entry("id-2")) { Sequence = 2, IsCommitted = true }));
        Assert.True(disk.CountOff(new OutboxItem(Some.Entry("id-3")) { Sequence = 3, IsCommitted = true }));
    }
}
