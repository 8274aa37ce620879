using System.Threading.Channels;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What is next to be sent, in two lanes: fresh critical events, and the backlog with all that is not so urgent, each oldest
/// first. Each holds a bounded number; the outbox writes, one sender reads.
/// </summary>
internal sealed class OwedLanes(int laneLimit)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<OutboxEntry, long> _fresh = new();
    private readonly PriorityQueue<OutboxEntry, long> _backlog = new();
    // One mark is enough: who waits looks at everything when it wakes.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Offers an entry; false while its lane is full.</summary>
    public bool TryWrite(OutboxEntry entry)
    {
        lock (_gate)
        {
            if (LaneOf(entry.IsFresh).Count >= laneLimit) return false;
            LaneOf(entry.IsFresh).Enqueue(entry, entry.Sequence);
        }
        Wake();
        return true;
    }

    /// <summary>The sender could not send it now: it is the next again. There is always room for what was read.</summary>
    public void PutBack(OutboxEntry entry)
    {
        lock (_gate) LaneOf(entry.IsFresh).Enqueue(entry, entry.Sequence);
    }

    public bool HasRoom(bool isFresh)
    {
        lock (_gate) return LaneOf(isFresh).Count < laneLimit;
    }

    /// <summary>The next entry: a fresh one where there is one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isFreshOnly">Leaves the backlog where it is.</param>
    public bool TryRead(out OutboxEntry entry, bool isFreshOnly = false)
    {
        lock (_gate)
            return _fresh.TryDequeue(out entry!, out _) || (!isFreshOnly && _backlog.TryDequeue(out entry!, out _));
    }

    /// <summary>Waits until something was offered, or <see cref="Wake"/> was called, since the last wait.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _wake.Reader.ReadAsync(cancel);

    /// <summary>Has who waits look again.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    private PriorityQueue<OutboxEntry, long> LaneOf(bool isFresh) => isFresh ? _fresh : _backlog;
}
