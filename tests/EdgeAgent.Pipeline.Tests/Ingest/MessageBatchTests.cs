using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Ingest;

public class MessageBatchTests
{
    private readonly Device _device = new("pump", 0, 0);

    [Fact]
    public async Task It_holds_512_messages_and_each_keeps_its_bytes()
    {
        var batch = await new MessageBatchPool(1).RentAsync(default);
        for (var i = 0; i < 512; i++)
        {
            Assert.True(batch.HasRoom(1));
            batch.Add(_device, [(byte)i, (byte)(i >> 8)], arrivalTicks: i);
        }
        Assert.False(batch.HasRoom(0));
        for (var i = 0; i < 512; i++)
            Assert.Equal([(byte)i, (byte)(i >> 8)], batch.Payload(batch.Messages[i]).ToArray());
    }

    [Fact]
    public async Task An_empty_batch_takes_any_payload_and_a_filled_one_what_fits()
    {
        var batch = await new MessageBatchPool(1).RentAsync(default);
        Assert.True(batch.HasRoom(1_000_000));
        batch.Add(_device, new byte[1_000_000], 0);
        Assert.Equal(1_000_000, batch.Payload(batch.Messages[0]).Length);
        Assert.False(batch.HasRoom(1));

        batch.Return();

        batch.Add(_device, new byte[60_000], 0);
        Assert.True(batch.HasRoom(5_536));
        Assert.False(batch.HasRoom(5_537));
    }

    [Fact]
    public async Task A_pool_gives_what_comes_back_and_no_more_than_it_has()
    {
        var pool = new MessageBatchPool(2);
        var first = await pool.RentAsync(default);
        await pool.RentAsync(default);
        var waiting = pool.RentAsync(default);
        Assert.False(waiting.IsCompleted);

        first.Return();

        Assert.Same(first, await waiting);
    }

    [Fact]
    public async Task An_inbox_hands_out_what_waits_after_its_completion()
    {
        var inbox = new LaneInbox();
        var batch = await new MessageBatchPool(1).RentAsync(default);
        inbox.Put(batch);
        inbox.Complete();
        Assert.True(inbox.TryTake(out var taken));
        Assert.Same(batch, taken);
        Assert.False(inbox.TryTake(out _));
    }
}
