namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// How many events a device may raise in the long run while nobody says which were right: each raises its threshold, and calm time
/// lowers it again, just as fast as the promise allows. Known as adaptive conformal inference: it holds whatever the scores are
/// distributed like.
/// </summary>
/// <remarks>I. Gibbs, E. Candès, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS 2021.</remarks>
public sealed record ManifestPromise
{
    /// <summary>Events a device and day of event time, in the long run.</summary>
    public float EventsADay { get; set; } = 1;
    /// <summary>
    /// How much higher the threshold is behind each event, in thresholds; that much it comes down in 1 / <see cref="EventsADay"/> days.
    /// </summary>
    public float Raise { get; set; } = 0.1f;
    /// <summary>At most this much higher: what lies farther out is told in any case, and then the promise is not kept.</summary>
    public float Limit { get; set; } = 0.5f;

    /// <summary>Events that are not exceeded in so long a time, as long as the threshold stays below its limit.</summary>
    public double Bound(TimeSpan judged) => EventsADay * judged.TotalDays + Limit / Raise;

    /// <summary>What is wrong with it; null: nothing.</summary>
    internal string? Problem()
    {
        if (!(EventsADay is > 0 and <= 86_400))
            return $"decision.promise.eventsADay is {EventsADay}; expected above 0 and at most 86400";
        if (!(Raise is > 0 and <= 10)) return $"decision.promise.raise is {Raise}; expected above 0 and at most 10";
        return Limit >= Raise && Limit <= 100
            ? null : $"decision.promise.limit is {Limit}; expected at least raise ({Raise}) and at most 100";
    }
}
