namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Asks the broker for signs of life and sees within twice the keep-alive when there are none. Whole packets are what
/// counts: neither that bytes can be sent, nor that one comes now and then, is a sign of a broker that works.
/// </summary>
internal sealed class SignsOfLife(TimeSpan keepAlive, TimeProvider time)
{
    private readonly TimeSpan _limit = keepAlive * 1.5;
    private long _heardAt = time.GetTimestamp();

    public void Heard() => Volatile.Write(ref _heardAt, time.GetTimestamp());

    /// <param name="ask">Sends a ping. Must not wait: behind a connection that takes nothing more, the silence must still be seen.</param>
    /// <param name="end">Ends the connection.</param>
    /// <param name="ended">Set when it has ended.</param>
    public async Task WatchAsync(Action ask, Action<LinkException> end, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(keepAlive / 2, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                if (time.GetElapsedTime(Volatile.Read(ref _heardAt)) > _limit)
                    end(new LinkException(LinkFault.Lost, $"the broker was silent for more than {_limit.TotalSeconds:0.#} s"));
                else
                    ask();
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }
}
