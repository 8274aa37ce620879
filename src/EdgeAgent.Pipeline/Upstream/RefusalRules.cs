using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>How long an event that the broker does not take is put off, and when it is given up. No I/O.</summary>
internal sealed class RefusalRules(TimeProvider time)
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LonePause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan QuietLimit = TimeSpan.FromMinutes(5);
    /// <summary>What a person may set right, such as a missing permission, is not taken for final before so long and so many tries.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(1);
    private const int GiveUpTries = 10;
    private const int LoneFailureLimit = 3;

    public TimeSpan PauseAfterRefusal(OutboxEntry entry)
    {
        if (entry.RefusedSince == 0) entry.RefusedSince = time.GetTimestamp();
        return Grown(RefusalPause, entry.Refusals++, PauseLimit);
    }

    /// <summary>Notes that a connection ended with only this event under way; true when that has happened too often.</summary>
    public static bool IsFailedAlone(OutboxEntry entry, out TimeSpan pause)
    {
        pause = Grown(LonePause, ++entry.Failures - LoneFailureLimit, PauseLimit);
        return entry.Failures >= LoneFailureLimit;
    }

    public bool IsGivenUp(OutboxEntry entry) =>
        entry.Refusals >= GiveUpTries && time.GetElapsedTime(entry.RefusedSince) >= GiveUpAfter;

    public static TimeSpan QuietPause(int times) => Grown(RefusalPause, times, QuietLimit);

    private static TimeSpan Grown(TimeSpan first, int times, TimeSpan limit)
    {
        var pause = first * Math.Pow(2, Math.Clamp(times, 0, 16));
        return pause < limit ? pause : limit;
    }
}
