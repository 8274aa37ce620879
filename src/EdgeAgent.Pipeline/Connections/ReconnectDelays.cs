namespace EdgeAgent.Pipeline.Connections;

/// <summary>
/// Says how long to wait before the next attempt, by what ended the last one. Every pause is drawn at random, so that agents
/// that lost one broker together do not come back together. Does no I/O; has one owner.
/// </summary>
internal sealed class ReconnectDelays(ReconnectOptions options, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan FirstIfBusy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstIfRefused = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstIfTakenOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TakenOverLimit = TimeSpan.FromMinutes(10);
    private const int DoublingLimit = 20;

    private int _lost;
    private int _denied;
    private int _takenOver;

    /// <param name="fault">What ended the connection or prevented it.</param>
    /// <param name="hasHeld">Whether there was a connection for a while.</param>
    public TimeSpan Next(ConnectionFault fault, bool hasHeld)
    {
        // Two clients under one id throw each other out for ever. Only long pauses end that, however long this one had held.
        if (fault == ConnectionFault.TakenOver) return Drawn(Grown(FirstIfTakenOver, _takenOver++, TakenOverLimit));
        if (hasHeld) (_lost, _denied, _takenOver) = (0, 0, 0);
        return fault switch
        {
            ConnectionFault.Busy => Drawn(Grown(FirstIfBusy, _denied++, options.RetryDelayLimit)),
            ConnectionFault.Refused => Drawn(Grown(FirstIfRefused, _denied++, options.RetryDelayLimit)),
            // A broker that restarts loses the whole fleet in one instant: the first attempts are spread over all of the time.
            _ when hasHeld => options.Spread * (0.02 + 0.98 * random.NextDouble()),
            _ => Drawn(Grown(First, _lost++, options.Spread)),
        };
    }

    private static TimeSpan Grown(TimeSpan first, int times, TimeSpan limit)
    {
        var pause = first * Math.Pow(2, Math.Min(times, DoublingLimit));
        return pause < limit ? pause : limit;
    }

    private TimeSpan Drawn(TimeSpan pause) => pause * (0.5 + random.NextDouble() / 2);
}
