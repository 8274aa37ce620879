namespace EdgeAgent.Mqtt;

/// <summary>
/// Sees within twice the keep-alive that a broker is gone. Whole packets count: neither that bytes can be sent nor that one
/// comes now and then shows a broker that works. While we do not read, its silence does not count. Belongs to the session's
/// thread, except that a timer wakes that thread.
/// </summary>
/// <param name="interval">The keep-alive that was agreed on.</param>
/// <param name="time">The clock.</param>
internal sealed class KeepAlive(TimeSpan interval, TimeProvider time)
{
    private long _heardAt = time.GetTimestamp();
    private long _askedAt = time.GetTimestamp();

    /// <summary>Silence that lasts longer means a dead connection.</summary>
    public TimeSpan SilenceLimit { get; } = interval * 1.5;

    /// <summary>
    /// A broker may ask for a shorter keep-alive. If it asks for a longer one, ours still finds a dead connection in time.
    /// </summary>
    public static KeepAlive Agreed(TimeSpan ours, TimeSpan? brokers, TimeProvider time) =>
        new(brokers is { } wanted && wanted > TimeSpan.Zero && wanted < ours ? wanted : ours, time);

    /// <summary>How often to look.</summary>
    public TimeSpan Period { get; } = interval / 2;

    /// <summary>A whole packet came, or we begin to read again.</summary>
    public void Heard() => _heardAt = time.GetTimestamp();

    /// <summary>How long the silence may go on.</summary>
    public TimeSpan TimeLeft => SilenceLimit - time.GetElapsedTime(_heardAt);

    public bool IsDead => TimeLeft < TimeSpan.Zero;

    /// <summary>Whether it is time for a ping; then it counts as sent.</summary>
    public bool TryAsk()
    {
        // A timer may fire a little early.
        if (time.GetElapsedTime(_askedAt) < Period * 0.9) return false;
        _askedAt = time.GetTimestamp();
        return true;
    }
}
