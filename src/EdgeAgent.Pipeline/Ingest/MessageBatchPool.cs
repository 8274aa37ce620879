using System.Threading.Channels;

namespace EdgeAgent.Pipeline.Ingest;

/// <summary>
/// The batches of one source. Their number is fixed: when all are with the lanes, the source waits, its socket fills
/// and the broker holds back. This is the bound in front of the lanes.
/// </summary>
internal sealed class MessageBatchPool
{
    private readonly Channel<MessageBatch> _free;

    public MessageBatchPool(int count)
    {
        _free = Channel.CreateBounded<MessageBatch>(new BoundedChannelOptions(count) { SingleReader = true });
        for (var i = 0; i < count; i++)
            _free.Writer.TryWrite(new MessageBatch(_free.Writer));
    }

    public ValueTask<MessageBatch> RentAsync(CancellationToken cancel) =>
        _free.Reader.TryRead(out var batch) ? new ValueTask<MessageBatch>(batch) : _free.Reader.ReadAsync(cancel);
}
