using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Pings the broker and notices within twice the keep-alive when it is silent. Only whole packets count: neither a write that
/// succeeds nor a trickle of bytes proves that the broker works.
/// </summary>
internal sealed class KeepAlive(TimeSpan keepAlive, TimeProvider time)
{
    private readonly TimeSpan _limit = keepAlive * 1.5;
    private long _packetAt = time.GetTimestamp();

    public void NotePacket() => Volatile.Write(ref _packetAt, time.GetTimestamp());

    /// <param name="ping">Sends a ping. Must not wait: silence must be noticed even when nothing more can be written.</param>
    /// <param name="end">Ends the connection.</param>
    /// <param name="ended">Set when it has ended.</param>
    public async Task WatchAsync(Action ping, Action<ConnectionException> end, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(keepAlive / 2, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                if (time.GetElapsedTime(Volatile.Read(ref _packetAt)) > _limit)
                    end(new ConnectionException(ConnectionFault.Lost, $"the broker was silent for more than {_limit.TotalSeconds:0.#} s"));
                else
                    ping();
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }
}
