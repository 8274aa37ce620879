namespace EdgeAgent.Pipeline.Delivery;

/// <summary>Says how long an event that the receiver does not take is put off, and when it is given up. Does no I/O.</summary>
internal sealed class RefusalRules(TimeProvider time)
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LonePause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan QuietLimit = TimeSpan.FromMinutes(5);
    /// <summary>What a person may correct, such as a missing permission, is not final before so long and so many attempts.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(1);
    private const int GiveUpRefusals = 10;
    private const int LoneFailureLimit = 3;
    private const int DoublingLimit = 16;

    public TimeSpan PauseAfterRefusal(Attempts attempts)
    {
        NoteRefusal(attempts);
        return Grown(RefusalPause, attempts.Refusals - 1, PauseLimit);
    }

    public void NoteRefusal(Attempts attempts)
    {
        if (attempts.RefusedSince == 0) attempts.RefusedSince = time.GetTimestamp();
        attempts.Refusals++;
    }

    /// <summary>Notes that a connection ended with only this event under way; true when that has happened too often.</summary>
    public static bool IsFailedAlone(Attempts attempts, out TimeSpan pause)
    {
        pause = Grown(LonePause, ++attempts.Failures - LoneFailureLimit, PauseLimit);
        return attempts.Failures >= LoneFailureLimit;
    }

    public bool IsGivenUp(Attempts attempts) =>
        attempts.Refusals >= GiveUpRefusals && time.GetElapsedTime(attempts.RefusedSince) >= GiveUpAfter;

    /// <summary>How long nothing is sent when the receiver takes nothing, for the n-th time.</summary>
    public static TimeSpan QuietPause(int times) => Grown(RefusalPause, times, QuietLimit);

    private static TimeSpan Grown(TimeSpan first, int times, TimeSpan limit)
    {
        var pause = first * Math.Pow(2, Math.Clamp(times, 0, DoublingLimit));
        return pause < limit ? pause : limit;
    }
}
