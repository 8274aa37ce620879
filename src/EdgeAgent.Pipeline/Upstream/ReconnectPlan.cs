namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// How long to wait before the next connection, by what ended the last one. Every pause is drawn at random, so that agents
/// that lost one broker together do not come back together. No I/O; one owner.
/// </summary>
internal sealed class ReconnectPlan(UpstreamOptions options, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(400);
    /// <summary>A connection that held is lost when its broker restarts, to the whole fleet at once: it comes back within so long.</summary>
    private static readonly TimeSpan FleetSpread = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstIfBusy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstIfRefused = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstIfTakenOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TakenOverLimit = TimeSpan.FromMinutes(10);

    private int _failures;
    private int _takenOver;

    /// <param name="fault">What ended the connection, or kept it from coming about.</param>
    /// <param name="hasHeld">Whether there was one for a while.</param>
    public TimeSpan Next(LinkFault fault, bool hasHeld)
    {
        // Two clients under one id throw each other out for ever; only patience ends that, however long this one had held.
        if (fault == LinkFault.TakenOver) return Drawn(Grown(FirstIfTakenOver, _takenOver++, TakenOverLimit));
        if (hasHeld) (_failures, _takenOver) = (0, 0);
        var limit = options.RetryDelayLimit;
        if (hasHeld && fault == LinkFault.Lost) return Spread(FleetSpread < limit ? FleetSpread : limit);
        var first = fault switch
        {
            LinkFault.Busy => FirstIfBusy,
            LinkFault.Refused => FirstIfRefused,
            _ => First,
        };
        return Drawn(Grown(first < limit ? first : limit, _failures++, limit));
    }

    private static TimeSpan Grown(TimeSpan first, int times, TimeSpan limit)
    {
        var pause = first * Math.Pow(2, Math.Min(times, 20));
        return pause < limit ? pause : limit;
    }

    private TimeSpan Drawn(TimeSpan pause) => pause * (0.5 + random.NextDouble() / 2);

    private TimeSpan Spread(TimeSpan over) => over * (0.02 + 0.98 * random.NextDouble());
}
