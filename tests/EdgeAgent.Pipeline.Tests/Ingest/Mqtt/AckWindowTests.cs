using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Ingest.Mqtt;

public class AckWindowTests
{
    private readonly List<int> _sent = [];

    [Fact]
    public void Acknowledgements_go_out_in_the_order_of_arrival()
    {
        var window = Window(8);
        var slots = new int[4];
        for (ushort id = 0; id < 4; id++)
            Assert.True(window.TryAdd((ushort)(id + 10), out slots[id]));

        foreach (var (finished, sent) in new (int, int[])[] { (2, []), (1, []), (0, [10, 11, 12]), (3, [10, 11, 12, 13]) })
        {
            window.Finish(slots[finished]);
            window.Flush();
            Assert.Equal(sent, _sent);
        }
        Assert.Equal(0, window.Waiting);
    }

    [Fact]
    public void It_takes_as_many_as_its_limit_and_again_as_they_are_finished()
    {
        var window = Window(3);
        for (ushort id = 1; id <= 3; id++)
            Assert.True(window.TryAdd(id, out _));
        Assert.False(window.TryAdd(4, out _));
        Assert.Equal(3, window.Waiting);

        window.Finish(0);
        window.Flush();

        Assert.True(window.TryAdd(4, out var slot));
        Assert.Equal(0, slot);
        Assert.False(window.TryAdd(5, out _));
    }

    [Fact]
    public async Task Many_threads_finishing_at_random_acknowledge_each_once_in_order()
    {
        const int count = 20_000;
        var window = Window(64);
        var work = new System.Collections.Concurrent.BlockingCollection<int>();
        var lanes = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            foreach (var slot in work.GetConsumingEnumerable())
            {
                window.Finish(slot);
                window.Flush();
            }
        })).ToArray();
        for (var id = 1; id <= count; id++)
        {
            int slot;
            while (!window.TryAdd((ushort)id, out slot)) Thread.Yield();
            work.Add(slot);
        }
        work.CompleteAdding();
        await Task.WhenAll(lanes);

        Assert.Equal(Enumerable.Range(1, count), _sent);
    }

    [Fact]
    public void A_receipt_acknowledges_when_the_last_of_its_events_is_safe()
    {
        var window = Window(1);
        window.TryAdd(7, out var slot);
        var receipt = new EventReceipt(window, slot);
        receipt.AddEvent();
        receipt.AddEvent();

        receipt.Release();
        receipt.Release();
        Assert.Empty(_sent);
        receipt.Release();

        Assert.Equal([7], _sent);
    }

    private AckWindow Window(int limit) => new(limit, packets =>
    {
        for (; packets.Length > 0; packets = packets[PubAck.Length..])
        {
            Assert.Equal([0x40, 2], packets[..2].ToArray());
            _sent.Add(packets[2] << 8 | packets[3]);
        }
    });
}
