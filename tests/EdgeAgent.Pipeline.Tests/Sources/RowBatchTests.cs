using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class RowBatchTests
{
    private readonly Device _device = new("pump", "pumps", 0);
    private readonly ChannelNames _channels = new(["a", "b"]);

    [Fact]
    public void It_holds_512_messages_and_each_keeps_its_readings()
    {
        var batch = new RowBatch();
        for (var i = 0; i < 512; i++)
        {
            Assert.True(batch.HasRoom);
            batch.AddMessage(_device, _channels, token: i, mayRepeat: i % 2 == 1);
            for (var row = 0; row < i % 3 + 1; row++)
                batch.AddRow(1000 * i + row, [i, row]);
        }
        Assert.False(batch.HasRoom);

        Assert.Equal((512, 1023), (batch.Count, batch.RowCount));
        for (var i = 0; i < 512; i++)
        {
            var message = batch.Messages[i];
            Assert.Equal((_device, i, i % 2 == 1), (message.Device, message.Token, message.MayRepeat));
            Assert.Equal(i % 3 + 1, batch.Rows(message).Length);
            for (var row = 0; row < message.Rows; row++)
            {
                var reading = batch.Rows(message)[row];
                Assert.Equal(1000 * i + row, reading.TimeTicks);
                Assert.Equal([i, row], batch.Values(reading).ToArray());
            }
        }
        Assert.Same(_channels, batch.Channels);
    }

    [Fact]
    public void A_message_that_is_begun_is_taken_whole_however_large_and_then_there_is_no_room()
    {
        var batch = new RowBatch();
        batch.AddMessage(_device, _channels);
        for (var i = 0; i < 70_000; i++) batch.AddRow(i, [i]);

        Assert.False(batch.HasRoom);
        Assert.Equal(70_000, batch.Rows(batch.Messages[0]).Length);
        Assert.Equal([69_999f], batch.Values(batch.Rows(batch.Messages[0])[^1]).ToArray());

        batch.Return();

        Assert.True(batch.HasRoom);
        Assert.Equal((0, 0), (batch.Count, batch.RowCount));
        batch.AddMessage(_device, _channels);
        for (var i = 0; i < 16 * 1024 - 1; i++) batch.AddRow(i, [0]);
        Assert.True(batch.HasRoom);
        batch.AddRow(0, [0]);
        Assert.False(batch.HasRoom);
    }

    [Fact]
    public void Filling_it_again_allocates_nothing()
    {
        var batch = new RowBatch();
        Fill();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) Fill();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Fill()
        {
            for (var i = 0; i < 500; i++)
            {
                batch.AddMessage(_device, _channels);
                batch.AddRow(i, [1, 2]);
            }
            batch.Return();
        }
    }

    [Fact]
    public void A_pool_gives_what_comes_back_and_no_more_than_it_has()
    {
        var pool = new RowBatchPool(2);
        var told = 0;
        pool.Available = () => told++;
        Assert.True(pool.TryRent(out var first));
        Assert.True(pool.TryRent(out var second));
        Assert.NotSame(first, second);
        Assert.False(pool.TryRent(out _));
        Assert.Equal(0, told);

        first.Return();

        Assert.Equal(1, told);
        Assert.True(pool.TryRent(out var again));
        Assert.Same(first, again);
        // Nobody has asked in vain since.
        again.Return();
        second.Return();
        Assert.Equal(1, told);
    }

    [Fact]
    public void Who_found_the_pool_empty_is_told_whichever_thread_brings_a_batch_back()
    {
        var pool = new RowBatchPool(3);
        using var isBack = new AutoResetEvent(false);
        pool.Available = () => isBack.Set();
        var lent = new System.Collections.Concurrent.BlockingCollection<RowBatch>();
        var lanes = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            foreach (var batch in lent.GetConsumingEnumerable()) batch.Return();
        })).ToList();
        lanes.ForEach(l => l.Start());
        for (var i = 0; i < 20_000; i++)
        {
            RowBatch? batch;
            while (!pool.TryRent(out batch)) Assert.True(isBack.WaitOne(TimeSpan.FromSeconds(8)), $"nobody tells, round {i}");
            lent.Add(batch);
        }
        lent.CompleteAdding();
        lanes.ForEach(l => l.Join());
    }
}
