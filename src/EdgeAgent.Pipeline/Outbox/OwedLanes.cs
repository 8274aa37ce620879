using System.Threading.Channels;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What is next to be sent, in two lanes: fresh critical events, and the backlog with all that is not so urgent. Each holds
/// a bounded number; the outbox writes, one sender reads.
/// </summary>
internal sealed class OwedLanes(int laneLimit)
{
    private readonly Lock _gate = new();
    private readonly Queue<OutboxEntry> _fresh = new();
    private readonly Queue<OutboxEntry> _backlog = new();
    // One mark is enough: who waits looks at everything when it wakes.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Offers an entry; false while its lane is full.</summary>
    public bool TryWrite(OutboxEntry entry)
    {
        lock (_gate)
        {
            var lane = entry.IsFresh ? _fresh : _backlog;
            if (lane.Count >= laneLimit) return false;
            lane.Enqueue(entry);
        }
        Wake();
        return true;
    }

    public bool HasRoom(bool isFresh)
    {
        lock (_gate) return (isFresh ? _fresh : _backlog).Count < laneLimit;
    }

    /// <summary>The next entry: a fresh one where there is one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isFreshOnly">Leaves the backlog where it is.</param>
    public bool TryRead(out OutboxEntry entry, bool isFreshOnly = false)
    {
        lock (_gate)
            return _fresh.TryDequeue(out entry!) || (!isFreshOnly && _backlog.TryDequeue(out entry!));
    }

    /// <summary>Waits until something was offered, or <see cref="Wake"/> was called, since the last wait.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _wake.Reader.ReadAsync(cancel);

    /// <summary>Has who waits look again.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);
}
