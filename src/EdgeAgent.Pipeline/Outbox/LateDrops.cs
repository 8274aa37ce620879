using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Events that were given up of late, unasked: full, too old or damaged. Immutable.</summary>
/// <param name="First">When the first of them went.</param>
/// <param name="Last">When the last of them went.</param>
/// <param name="Count">How many.</param>
/// <param name="Critical">How many of them were critical.</param>
internal sealed record LateDrops(DateTimeOffset First, DateTimeOffset Last, long Count, long Critical)
{
    /// <summary>So long after the last they are still spoken of.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    /// <summary>With one drop more; what is long ago is forgotten.</summary>
    public static LateDrops? After(LateDrops? before, Gap gap, DateTimeOffset now)
    {
        // Asked for, and told by the quarantine.
        if (gap.Reason is Gap.Purged or Gap.Refused) return before;
        var late = before is not null && before.IsRecent(now) ? before : new LateDrops(now, now, 0, 0);
        var critical = gap.Severity == Severity.Critical ? gap.Count : 0;
        return late with { Last = now, Count = late.Count + gap.Count, Critical = late.Critical + critical };
    }

    /// <summary>Whether they are still to be spoken of.</summary>
    public bool IsRecent(DateTimeOffset now) => now - Last < Notice;
}
