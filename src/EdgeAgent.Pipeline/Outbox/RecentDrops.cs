using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Events that were given up a short while ago, unasked: full, too old or damaged. Immutable.</summary>
/// <param name="First">When the first of them went.</param>
/// <param name="Last">When the last of them went.</param>
/// <param name="Count">How many.</param>
/// <param name="Critical">How many of them were critical.</param>
/// <param name="Damaged">How many of them were lost to damage.</param>
internal sealed record RecentDrops(DateTimeOffset First, DateTimeOffset Last, long Count, long Critical, long Damaged)
{
    /// <summary>With one drop more; what is long ago is forgotten.</summary>
    public static RecentDrops? After(RecentDrops? before, Gap gap, DateTimeOffset now)
    {
        // Asked for, and told by the quarantine.
        if (gap.Reason is Gap.Purged or Gap.Refused) return before;
        var recent = before is not null && before.IsRecent(now) ? before : new RecentDrops(now, now, 0, 0, 0);
        var critical = gap.Severity == Severity.Critical ? gap.Count : 0;
        var damaged = gap.Reason == Gap.Damaged ? gap.Count : 0;
        return recent with
        {
            Last = now, Count = recent.Count + gap.Count, Critical = recent.Critical + critical, Damaged = recent.Damaged + damaged,
        };
    }

    /// <summary>Whether they are still to be spoken of.</summary>
    public bool IsRecent(DateTimeOffset now) => Notice.Holds(Last, now);
}
